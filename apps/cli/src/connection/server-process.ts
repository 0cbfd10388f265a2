// Starting a server on this machine, when its code lies beside the CLI's. The CLI alone (one file on a laptop) cannot.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OutpostError } from "@outpost/protocol";
import { readLocalServer } from "./settings.ts";

const startTimeoutMs = 30_000;
const pollMs = 50;

/** The command that runs the server: the bundle beside ours, or the source tree. Null when neither is there. */
export function serverCommand(): string[] | null {
  const bundle = fileURLToPath(new URL("./server.js", import.meta.url));
  if (existsSync(bundle)) return [process.execPath, bundle];
  const source = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));
  if (existsSync(source)) return [process.execPath, "--import", import.meta.resolve("tsx"), source];
  return null;
}

export function requireServerCommand(): string[] {
  const command = serverCommand();
  if (command) return command;
  throw new OutpostError(
    "unavailable",
    "no server is running here, and this is the CLI alone; give --server URL and OUTPOST_TOKEN, or install Outpost on this machine",
  );
}

/** Starts a server that outlives us; resolves when it listens. Its log goes to `server.log` in the data directory. */
export async function startDetachedServer(dataDirectory: string): Promise<{ url: string; token: string }> {
  const [program = "", ...argv] = requireServerCommand();
  mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
  const logPath = join(dataDirectory, "server.log");
  const log = openSync(logPath, "a", 0o600);
  const child = spawn(program, [...argv, "--data-directory", dataDirectory], {
    detached: true,
    stdio: ["ignore", "ignore", log],
  });
  closeSync(log);
  child.unref();
  return waitUntilListening(dataDirectory, child, logPath);
}

async function waitUntilListening(
  dataDirectory: string,
  child: ChildProcess,
  logPath: string,
): Promise<{ url: string; token: string }> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const { url, token } = readLocalServer(dataDirectory);
    if (url && token) return { url, token };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const tail = readFileSync(logPath, "utf8").trimEnd().split("\n").slice(-3).join("\n");
  throw new OutpostError("unavailable", `the server did not start; the end of "${logPath}" says:\n${tail}`);
}
