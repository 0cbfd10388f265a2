// Turns what SQLite says into the house's error codes. Does not know tables; a broken constraint stays as it is, because it is a bug.
import { isOutpostError, OutpostError } from "@outpost/protocol";
import Database from "better-sqlite3";
import { findLockHolder } from "./lock-holder.ts";
import { isFileReadable } from "./probe-file.ts";

/** `details.reason` of the `unavailable` that every failing database ends in. */
export type DatabaseFailure = "busy" | "full" | "io" | "unreadable" | "damaged" | "closed";

interface FailureText {
  retryable: boolean;
  message: (path: string) => string;
}

const failures: Record<DatabaseFailure, FailureText> = {
  busy: { retryable: true, message: describeBusy },
  full: { retryable: true, message: (path) => `database "${path}" cannot grow: the disk is full; free some space` },
  io: { retryable: true, message: (path) => `database "${path}" cannot be read or written; look at the disk` },
  unreadable: {
    retryable: false,
    message: (path) =>
      `database "${path}" cannot be opened for this user; check that the folder exists and who owns it`,
  },
  damaged: {
    retryable: false,
    message: (path) =>
      `database "${path}" is damaged and was left as it is; look at the disk, and restore it from a backup`,
  },
  closed: { retryable: false, message: (path) => `database "${path}" is closed` },
};

/** A process that is stopped in the middle of a write keeps everybody waiting, and only a person can help. */
function describeBusy(path: string): string {
  const holder = findLockHolder(path);
  if (!holder?.isStopped) return `database "${path}" is busy: another process is writing; try again`;
  const { pid } = holder;
  return `database "${path}" is locked by process ${pid}, which was stopped while it wrote; on the server's machine, let it go on (kill -CONT ${pid}) or end it (kill -KILL ${pid})`;
}

/** By the primary part of SQLite's result code: SQLITE_IOERR_FSYNC is SQLITE_IOERR. */
const failureOfCode: Record<string, DatabaseFailure> = {
  BUSY: "busy",
  LOCKED: "busy",
  PROTOCOL: "busy",
  FULL: "full",
  IOERR: "io",
  NOMEM: "io",
  READONLY: "unreadable",
  CANTOPEN: "unreadable",
  PERM: "unreadable",
  AUTH: "unreadable",
  CORRUPT: "damaged",
  NOTADB: "damaged",
};

export function databaseFailure(failure: DatabaseFailure, path: string, cause?: unknown): OutpostError {
  const { retryable, message } = failures[failure];
  return new OutpostError("unavailable", message(path), { retryable, cause, details: { reason: failure, path } });
}

/** Throws where the database itself failed (a full disk, damage), so that what one row is refused for can be told from it. */
export function assertDidNotFail(error: unknown, path: string): void {
  const translated = translateDatabaseError(error, path);
  if (isOutpostError(translated) && translated.code === "unavailable") throw translated;
}

/** What to throw instead of `error`: itself where SQLite is not to blame, or where the blame is ours. */
export function translateDatabaseError(error: unknown, path: string): unknown {
  if (error instanceof Database.SqliteError) {
    const named = failureOfCode[error.code.split("_")[1] ?? ""];
    const failure = named === "damaged" && !isFileReadable(path) ? "io" : named;
    return failure ? databaseFailure(failure, path, error) : error;
  }
  if (error instanceof TypeError && error.message.includes("database connection is not open")) {
    return databaseFailure("closed", path, error);
  }
  return error;
}

/** Whether a database's content is not what was written. A damaged index may be removed and built again; tasks never. */
export function isDamagedDatabase(error: unknown): boolean {
  return error instanceof OutpostError && error.details["reason"] === "damaged";
}
