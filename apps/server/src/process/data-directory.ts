// The data directory's shape and who may see what in it. Covered: other users of the machine can list nothing and read no database, token
// or log. The directories on the way to worktrees can be walked through (0711), because commands run under another user when the server is root.
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { isOutpostError, unusableDataDirectory } from "@outpost/protocol";
import { outputsName } from "../command-outputs/output-files.ts";
import { type DataLock, lockDataDirectory } from "./lock-file.ts";

const walkable = ["", "repositories", "worktrees", "environments", "sandbox", "git"];
const privateDirectories = ["index-status", outputsName];
const privateFiles = ["tasks.db", "index.db"];

/** Locked and prepared. Throws `conflict` when another server has it, `invalid_input` when it is not ours to use. */
export function openDataDirectory(dataDirectory: string): DataLock {
  try {
    const lock = lockDataDirectory(dataDirectory);
    prepareDataDirectory(dataDirectory);
    return lock;
  } catch (cause) {
    if (isOutpostError(cause)) throw cause;
    throw unusableDataDirectory(dataDirectory, cause);
  }
}

/** Makes what is missing and mends modes; what a database creates beside itself takes the database's mode. */
function prepareDataDirectory(dataDirectory: string): void {
  for (const name of walkable) prepareDirectory(join(dataDirectory, name), 0o711);
  for (const name of privateDirectories) prepareDirectory(join(dataDirectory, name), 0o700);
  for (const name of privateFiles) {
    const path = join(dataDirectory, name);
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  }
}

function prepareDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
  chmodSync(path, mode);
}
