// `outpost serve`, `stop`, `status`, `doctor`: the server itself.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lockFileName, OutpostError, ServerLock } from "@outpost/protocol";
import { requireServerCommand } from "../connection/server-process.ts";
import { dataDirectoryOf } from "../connection/settings.ts";
import { count } from "../render/change.ts";
import type { CommandContext } from "./context.ts";

/** In the foreground; flags that are not ours go to the server as they are. */
export async function serveCommand(
  context: CommandContext,
  options: Record<string, string | undefined>,
): Promise<void> {
  const [program = "", ...argv] = requireServerCommand();
  const flags = Object.entries(options).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value)],
  );
  const dataDirectory = dataDirectoryOf(context.flags);
  const child = spawn(program, [...argv, "--data-directory", dataDirectory, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", (line: Buffer) => {
    const { url } = JSON.parse(line.toString()) as { url: string };
    context.give(
      { url, dataDirectory },
      () => `Outpost listens on ${url}; its data is in ${dataDirectory}\nAPI reference: ${url}/docs   Stop with Ctrl-C`,
    );
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGINT", () => forward("SIGTERM"));
  process.on("SIGTERM", () => forward("SIGTERM"));
  process.exitCode = await new Promise<number>((resolve) => child.once("exit", (exitCode) => resolve(exitCode ?? 1)));
}

export async function stopCommand(context: CommandContext): Promise<void> {
  const path = join(dataDirectoryOf(context.flags), lockFileName);
  let lock: ServerLock;
  try {
    lock = ServerLock.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new OutpostError("not_found", "no server runs with this data directory", { cause });
  }
  process.kill(lock.pid, "SIGTERM");
  for (let waited = 0; waited < 100; waited++) {
    try {
      process.kill(lock.pid, 0);
    } catch {
      context.give({ stopped: true }, () => "stopped");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new OutpostError("timeout", `the server (process ${lock.pid}) did not stop within 10 s`);
}

export async function statusCommand(context: CommandContext): Promise<void> {
  const connection = await context.connect({ mayStart: false });
  const status = await connection.client.call("getStatus", {});
  context.give(status, (value) => {
    const tasks = Object.entries(value.tasksByState).map(([state, number]) => `${number} ${state}`);
    const model = value.model
      ? `${value.model.provider}/${value.model.name} (${value.model.windowTokens} tokens)`
      : "none answers";
    return [
      `${context.paint("bold", "outpost")} ${value.version} at ${connection.url}, up since ${new Date(value.startedAtMs).toISOString()}`,
      `  data       ${value.dataDirectory}`,
      `  tasks      ${tasks.length > 0 ? tasks.join(", ") : "none"} in ${count(value.repositories, "repository").replace("repositorys", "repositories")}`,
      `  model      ${model}`,
      `  sandbox    ${value.sandbox.kind}${value.sandbox.ready ? "" : ", commands are refused: see outpost doctor"}`,
      `  workers    ${value.workers.running} of ${value.workers.limit}, ${value.workers.restarts} replaced; indexer ${value.indexer.running ? "running" : "resting"}`,
      `  memory     ${Math.round(value.memoryBytes / 1e6)} MB`,
    ].join("\n");
  });
}

export async function doctorCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const report = await client.call("getDoctor", {});
  context.give(report, (value) =>
    value.checks
      .map(
        (check) =>
          `${check.ok ? context.paint("green", "ok  ") : context.paint("red", "FAIL")} ${check.name}: ${check.detail}${check.fix ? `\n     to mend it: ${check.fix}` : ""}`,
      )
      .join("\n"),
  );
  if (!report.ok) process.exitCode = 1;
}
