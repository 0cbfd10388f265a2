// Where the CLI's settings come from: flags, then the environment, then what a server on this machine left in its data directory.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { defaultDataDirectory, lockFileName, OutpostError, ServerLock, tokenFileName } from "@outpost/protocol";

export interface ConnectionFlags {
  server?: string;
  token?: string;
  data?: string;
}

export interface LocalServer {
  /** Null: no server runs, or it does not listen yet. */
  url: string | null;
  token: string | null;
  /** The process that holds the data directory, when it lives. */
  pid: number | null;
}

type Variable = "OUTPOST_SERVER" | "OUTPOST_TOKEN" | "OUTPOST_TOKEN_FILE" | "OUTPOST_DATA_DIRECTORY";

export function environment(name: Variable): string | undefined {
  return process.env[name] || undefined;
}

/** Throws `invalid_input` when OUTPOST_TOKEN_FILE names a file that cannot be read. */
export function givenToken(flags: ConnectionFlags): string | undefined {
  const direct = flags.token ?? environment("OUTPOST_TOKEN");
  const path = environment("OUTPOST_TOKEN_FILE");
  if (direct !== undefined || path === undefined) return direct;
  const token = readText(path);
  if (token) return token;
  throw new OutpostError("invalid_input", `OUTPOST_TOKEN_FILE is "${path}", and no token can be read there`);
}

export function dataDirectoryOf(flags: ConnectionFlags): string {
  const given = flags.data ?? environment("OUTPOST_DATA_DIRECTORY");
  if (given) return resolve(given);
  return defaultDataDirectory({
    uid: process.getuid?.() ?? 1,
    home: homedir(),
    xdgDataHome: process.env["XDG_DATA_HOME"],
  });
}

/** What lies in the data directory; nulls where there is nothing to read, and where the server that wrote it is gone. */
export function readLocalServer(dataDirectory: string): LocalServer {
  const lock = readLock(join(dataDirectory, lockFileName));
  const holder = lock && isAlive(lock) ? lock : null;
  return {
    url: holder?.url ?? null,
    pid: holder?.pid ?? null,
    token: readText(join(dataDirectory, tokenFileName)),
  };
}

function readLock(path: string): ServerLock | null {
  try {
    return ServerLock.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** A process id may have been given to another process since; where there is a /proc, its start time tells. */
function isAlive(lock: ServerLock): boolean {
  const stat = readText(`/proc/${lock.pid}/stat`);
  if (stat !== null) return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] === lock.startTicks;
  try {
    process.kill(lock.pid, 0);
    return true;
  } catch (error) {
    // The process is there but not ours to signal: a server of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
