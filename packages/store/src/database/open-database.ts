// Opens a SQLite database the way Outpost wants it: WAL, foreign keys, bounded waiting, the schema brought up to date. Does not know
// what is in it. Never removes or recreates a file: a database that cannot be read is reported.
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import Database from "better-sqlite3";
import { type Connection, createConnection } from "./connection.ts";
import { assertKnownSchema, migrate, type Schema, schemaVersion } from "./migrate.ts";
import { databaseFailure, translateDatabaseError } from "./translate-error.ts";

/** How long a statement waits for another process's transaction. The waiting blocks the thread, as every statement does. */
const busyTimeoutMs = 5_000;
/** Turning WAL on ignores the busy timeout when two processes do it at once, so opening is tried again for this long. */
const openTimeoutMs = 10_000;
const openRetryMs = 50;
/** Older ones can lose committed writes when a checkpoint and a write race in WAL mode. */
const firstSafeWalVersion = "3.51.3";

export interface OpenDatabase extends Schema {
  path: string;
  /** `full`: what was acknowledged survives a power cut. `normal`: the last commits may be lost then, the database stays sound. */
  synchronous: "full" | "normal";
  /** Unused pages can be given back with `shrink`. Counts when the database is made; see `makeShrinkable` for older ones. */
  canShrink?: boolean;
}

/** Rejects with `unavailable`: `details.reason` is "busy", "full", "io", "unreadable" or "damaged", or "newer" for a newer schema. */
export async function openDatabase(options: OpenDatabase): Promise<Connection> {
  refuseEmptiedDatabase(options.path);
  const deadlineMs = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return openOnce(options);
    } catch (error) {
      const isBusy = isOutpostError(error) && error.details["reason"] === "busy";
      if (!isBusy || performance.now() > deadlineMs) throw error;
      await sleep(openRetryMs);
    }
  }
}

function openOnce({ path, synchronous, canShrink = false, ...schema }: OpenDatabase): Connection {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: busyTimeoutMs });
    assertSafeWal(sqliteVersion(database));
    // Has no effect once there is a page.
    if (canShrink) database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("journal_mode = WAL");
    database.pragma(`synchronous = ${synchronous}`);
    database.pragma("foreign_keys = ON");
    database.pragma("journal_size_limit = 67108864");
    const connection = createConnection(database, path);
    migrate(database, connection, schema);
    return connection;
  } catch (error) {
    database?.close();
    throw translateOpenError(error, path);
  }
}

/** For reading only, beside a writer in another process. Undefined while there is no database, or its writer has not made its tables. */
export function openDatabaseForReading(path: string, schema: Schema): Connection | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    const version = schemaVersion(database);
    assertKnownSchema(path, version, schema);
    if (version === schema.migrations.length) return createConnection(database, path);
    database.close();
    return undefined;
  } catch (error) {
    database?.close();
    throw translateOpenError(error, path);
  }
}

/** The driver reports a folder that is not there with an error of its own. */
function translateOpenError(error: unknown, path: string): unknown {
  const isMissingFolder = error instanceof TypeError && error.message.includes("directory does not exist");
  return isMissingFolder ? databaseFailure("unreadable", path, error) : translateDatabaseError(error, path);
}

/** An empty file beside a log with content was a database once; SQLite would take it for a new one. */
function refuseEmptiedDatabase(path: string): void {
  const main = statSync(path, { throwIfNoEntry: false });
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if ((main === undefined || main.size === 0) && log !== undefined && log.size > 0) {
    throw databaseFailure("damaged", path);
  }
}

function sqliteVersion(database: Database.Database): string {
  return database.prepare<[], { version: string }>("SELECT sqlite_version() AS version").get()?.version ?? "";
}

/** Throws `unavailable` for a SQLite that may lose writes in WAL mode. `version`: as SQLite gives it. */
export function assertSafeWal(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major * 1e6 + minor * 1e3 + patch >= 3_051_003) return;
  throw new OutpostError(
    "unavailable",
    `sqlite ${version} can lose writes in WAL mode; install a driver with sqlite ${firstSafeWalVersion} or newer`,
    { details: { reason: "old_sqlite", version, required: firstSafeWalVersion } },
  );
}
