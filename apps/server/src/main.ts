// The server's process: reads its configuration, takes the data directory's lock, serves, and ends cleanly on a signal.
import { errorMappings, isOutpostError } from "@outpost/protocol";
import { loadConfiguration } from "./configuration/load.ts";
import { boundGarbage } from "./process/bound-garbage.ts";
import { collectWhenIdle } from "./process/collect-when-idle.ts";
import { createLogger } from "./process/logger.ts";
import { startServer } from "./process/start-server.ts";
import { createRedactor } from "./secrets/redactor.ts";

async function main(): Promise<void> {
  boundGarbage();
  const configuration = loadConfiguration(process.argv.slice(2), process.env);
  const redactor = createRedactor();
  const logger = createLogger(configuration.logLevel, {}, redactor.redact);
  const server = await startServer(configuration, logger, { redactor, env: process.env });
  process.stdout.write(`${JSON.stringify({ url: server.url, dataDirectory: configuration.dataDirectory })}\n`);
  collectWhenIdle();
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, "server.stopping");
    server.close().then(
      () => process.exit(0),
      (error) => {
        logger.error({ err: error }, "server.stop_failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
}

main().catch((error) => {
  const message = isOutpostError(error) ? error.message : (error as Error).stack;
  process.stderr.write(`outpost: ${message}\n`);
  process.exit(isOutpostError(error) ? errorMappings[error.code].exitCode : 70);
});
