// Where the CLI's settings come from: flags, then the environment, then what a server on this machine left in its data directory.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { defaultDataDirectory, lockFileName, ServerLock, tokenFileName } from "@outpost/protocol";

export interface ConnectionFlags {
  server?: string;
  token?: string;
  data?: string;
}

export interface LocalServer {
  dataDirectory: string;
  url: string | null;
  token: string | null;
}

export function environment(name: "OUTPOST_SERVER" | "OUTPOST_TOKEN" | "OUTPOST_DATA_DIRECTORY"): string | undefined {
  return process.env[name] || undefined;
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

/** What lies in the data directory; nulls where there is nothing to read. */
export function readLocalServer(dataDirectory: string): LocalServer {
  return {
    dataDirectory,
    url: readLock(join(dataDirectory, lockFileName)),
    token: readText(join(dataDirectory, tokenFileName)),
  };
}

function readLock(path: string): string | null {
  try {
    const lock = ServerLock.parse(JSON.parse(readFileSync(path, "utf8")));
    process.kill(lock.pid, 0);
    return lock.url;
  } catch (error) {
    // The process is there but not ours to signal: a server of another user.
    if ((error as NodeJS.ErrnoException).code === "EPERM")
      return ServerLock.parse(JSON.parse(readFileSync(path, "utf8"))).url;
    return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
