// Starting a server on this machine, when its code lies beside the CLI's. The CLI alone (one file on a laptop) cannot.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { OutpostError, serverEnvironment, serverNodeFlags, unusableDataDirectory } from "@outpost/protocol";
import { readLocalServer } from "./settings.ts";

const startTimeoutMs = 30_000;
const pollMs = 50;
const shownLogLines = 3;

export interface StartedServer {
  url: string;
  token: string;
}

/** The command that runs an entry point of the server: the bundle beside ours, or the source tree. Null when neither is there. */
function findCommand(bundleName: string, sourcePath: string): string[] | null {
  const bundle = fileURLToPath(new URL(`./${bundleName}`, import.meta.url));
  if (existsSync(bundle)) return [process.execPath, ...serverNodeFlags, bundle];
  const source = fileURLToPath(new URL(`../../../server/src/${sourcePath}`, import.meta.url));
  if (existsSync(source)) return [process.execPath, ...serverNodeFlags, "--import", import.meta.resolve("tsx"), source];
  return null;
}

/** What they run in; what the user has set comes first. */
export function serverSurroundings(): NodeJS.ProcessEnv {
  return { ...serverEnvironment, ...process.env };
}

export function requireServerCommand(): string[] {
  const command = findCommand("server.js", "main.ts");
  if (command) return command;
  throw new OutpostError(
    "unavailable",
    "no server runs here, and this is the CLI alone; name a server with --server URL (or OUTPOST_SERVER) and OUTPOST_TOKEN, or install Outpost on this machine",
  );
}

/** The command that runs workers besides the server's own. */
export function requireWorkerCommand(): string[] {
  const command = findCommand("join.js", "worker/join.ts");
  if (command) return command;
  throw new OutpostError(
    "unavailable",
    "this is the CLI alone; run workers where the server is installed, on the machine of its data directory",
  );
}

/** The command that backs up, restores and verifies. */
export function requireMaintenanceCommand(): string[] {
  const command = findCommand("maintenance.js", "maintenance/main.ts");
  if (command) return command;
  throw new OutpostError(
    "unavailable",
    "this is the CLI alone, which knows no database; do it where the server is installed, or without a folder: outpost backup",
  );
}

/**
 * Starts a server that outlives us; resolves when it listens. Its log goes to `server.log` in the data directory. When its port is
 * taken (by the server of another data directory) any free one does: the lock file says where it listens.
 */
export async function startDetachedServer(dataDirectory: string, signal: AbortSignal): Promise<StartedServer> {
  requireServerCommand();
  const logPath = join(dataDirectory, "server.log");
  const start = (flags: string[]): Promise<StartedServer | null> => {
    const child = spawnDetached(dataDirectory, logPath, flags);
    return waitUntilListening(dataDirectory, child, signal);
  };
  const first = await start([]);
  const started = first ?? (readTail(logPath).includes("EADDRINUSE") ? await start(["--port", "0"]) : null);
  if (started) return started;
  // A server that can write nothing cannot say why either.
  if (statfsSync(dataDirectory).bavail === 0) throw unusableDataDirectory(dataDirectory, { code: "ENOSPC" });
  throw new OutpostError("unavailable", `the server did not start; "${logPath}" ends with:\n${readTail(logPath)}`);
}

/** Makes the directory where it is missing. */
function openLog(dataDirectory: string, logPath: string): number {
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
    return openSync(logPath, "a", 0o600);
  } catch (cause) {
    throw unusableDataDirectory(dataDirectory, cause);
  }
}

function spawnDetached(dataDirectory: string, logPath: string, flags: string[]): ChildProcess {
  const [program = "", ...argv] = requireServerCommand();
  const log = openLog(dataDirectory, logPath);
  const child = spawn(program, [...argv, "--data-directory", dataDirectory, ...flags], {
    detached: true,
    stdio: ["ignore", "ignore", log],
    env: serverSurroundings(),
  });
  closeSync(log);
  child.unref();
  return child;
}

/** Null when our child ended and nobody else is about to listen there either. */
async function waitUntilListening(
  dataDirectory: string,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<StartedServer | null> {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; ) {
    const { url, token, pid } = readLocalServer(dataDirectory);
    if (url && token) return { url, token };
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    // Another command may have started one at the same time: then ours gave way, and theirs will be there soon.
    if (hasEnded && pid === null) return null;
    await sleep(pollMs, undefined, { signal });
  }
  return null;
}

function readTail(logPath: string): string {
  return readFileSync(logPath, "utf8").trimEnd().split("\n").slice(-shownLogLines).join("\n");
}
