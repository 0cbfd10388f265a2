// `outpost serve`, `stop`, `status`, `doctor`: the server itself.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { errorMappings, OutpostError } from "@outpost/protocol";
import { requireServerCommand, serverSurroundings } from "../connection/server-process.ts";
import { dataDirectoryOf, readLocalServer } from "../connection/settings.ts";
import { renderDoctor, renderStatus } from "../render/status.ts";
import type { CommandContext } from "./context.ts";

const stopTimeoutMs = 15_000;
const stopPollMs = 50;

/** In the foreground; flags that are not ours go to the server as they are. */
export async function serveCommand(
  context: CommandContext,
  options: Record<string, string | undefined>,
): Promise<void> {
  const [program = "", ...argv] = requireServerCommand();
  const dataDirectory = dataDirectoryOf(context.flags);
  // A person at a terminal wants to know of trouble, not of every request.
  const isQuiet = process.stderr.isTTY === true && !process.env["OUTPOST_LOG_LEVEL"];
  const given = { ...(isQuiet ? { logLevel: "warn" } : {}), ...options };
  const flags = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [flagOf(name), value]));
  const child = spawn(program, [...argv, "--data-directory", dataDirectory, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
    env: serverSurroundings(),
  });
  let isListening = false;
  createInterface({ input: child.stdout }).once("line", (line) => {
    const { url } = JSON.parse(line) as { url: string };
    isListening = true;
    context.give({ url, dataDirectory }, () =>
      [
        `Outpost listens on ${context.paint("bold", url)}; Ctrl-C stops it`,
        `  data           ${dataDirectory}`,
        `  API reference  ${url}/docs`,
      ].join("\n"),
    );
  });
  // Ctrl-C reaches the child from the terminal by itself.
  process.on("SIGTERM", () => void child.kill("SIGTERM"));
  const exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  if (!isListening && context.isJson) throw failureOf(exitCode);
  process.exitCode = exitCode;
}

function failureOf(exitCode: number): OutpostError {
  const code = Object.entries(errorMappings).find(([, mapping]) => mapping.exitCode === exitCode)?.[0] ?? "internal";
  return new OutpostError(
    code as keyof typeof errorMappings,
    `the server did not start (exit code ${exitCode}); standard error says why`,
  );
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export async function stopCommand(context: CommandContext): Promise<void> {
  const dataDirectory = dataDirectoryOf(context.flags);
  const { pid } = readLocalServer(dataDirectory);
  if (pid === null)
    throw new OutpostError("not_found", `no server runs with the data directory "${dataDirectory}" on this machine`);
  try {
    process.kill(pid, "SIGTERM");
  } catch (cause) {
    throw new OutpostError("forbidden", `the server (process ${pid}) belongs to another user`, { cause });
  }
  for (const deadline = Date.now() + stopTimeoutMs; Date.now() < deadline; ) {
    if (readLocalServer(dataDirectory).pid !== pid) {
      context.give({ stopped: true, pid }, () => "stopped");
      return;
    }
    await sleep(stopPollMs, undefined, { signal: context.signal });
  }
  throw new OutpostError("timeout", `the server (process ${pid}) did not stop within ${stopTimeoutMs / 1000} s`);
}

export async function statusCommand(context: CommandContext): Promise<void> {
  const connection = await context.connect("never");
  const status = await connection.client.call("getStatus", { signal: context.signal });
  context.give(status, () => renderStatus(status, connection.url, context.paint));
}

export async function doctorCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("always");
  const report = await client.call("getDoctor", { signal: context.signal });
  context.give(report, () => renderDoctor(report, context.paint));
  if (!report.ok) process.exitCode = 1;
}
