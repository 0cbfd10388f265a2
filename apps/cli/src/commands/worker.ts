// `outpost worker`: workers in a process of their own, which join the server of the data directory on this machine.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { requireWorkerCommand, serverSurroundings } from "../connection/server-process.ts";
import { dataDirectoryOf } from "../connection/settings.ts";
import { printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";
import { numberOption } from "./number-option.ts";

/** In the foreground, until it is interrupted. */
export async function workerCommand(context: CommandContext, options: { count?: string }): Promise<void> {
  const count = numberOption("--count", options.count, { min: 1, max: 64, otherwise: 1 });
  const [program = "", ...argv] = requireWorkerCommand();
  const dataDirectory = dataDirectoryOf(context.flags);
  const child = spawn(program, [...argv, "--data-directory", dataDirectory, "--count", String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: serverSurroundings(),
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as { joined?: string; left?: string; waiting?: string };
    context.give(said, () => describe(said));
  });
  // Ctrl-C reaches the child from the terminal by itself.
  process.on("SIGTERM", () => void child.kill("SIGTERM"));
  process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

function describe({ joined, left, waiting }: { joined?: string; left?: string; waiting?: string }): string {
  if (joined !== undefined) return `joined the server as ${joined}; Ctrl-C ends it behind its step`;
  return left === undefined ? `${printable(waiting ?? "")}; joins when there is one` : `left: ${printable(left)}`;
}
