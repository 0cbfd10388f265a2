// The seam between the store and its SQLite driver: nothing else imports the driver. Statements run inside `read` or `write`, which
// translate errors; a `write` holds SQLite's write lock from its first line, so that what it reads is still so when it commits.

import { isOutpostError } from "@outpost/protocol";
import type Database from "better-sqlite3";
import { findLockHolder } from "./lock-holder.ts";
import { databaseFailure, translateDatabaseError } from "./translate-error.ts";

export type SqlValue = string | number | bigint | Buffer | Uint8Array | null;
/** Of named parameters (`@name`). */
type SqlValues = Readonly<Record<string, SqlValue>>;

/** A prepared statement. A row is a record of columns; `Row` is what its SQL selects, which only its author can know. */
interface Statement<Row> {
  run(...values: (SqlValue | SqlValues)[]): { changes: number; lastInsertRowid: number | bigint };
  get(...values: (SqlValue | SqlValues)[]): Row | undefined;
  all(...values: (SqlValue | SqlValues)[]): Row[];
  iterate(...values: (SqlValue | SqlValues)[]): IterableIterator<Row>;
}

export interface Connection {
  readonly path: string;
  prepare<Row = never>(sql: string): Statement<Row>;
  /** Sees one state of the database from its first statement to its last. Synchronous: nothing may be awaited in `work`. */
  read<Value>(work: () => Value): Value;
  /** The same for a single statement, which sees one state by itself: a third of the cost. */
  look<Value>(work: () => Value): Value;
  /**
   * One transaction, begun IMMEDIATE, durable as the database's `synchronous` says; undone when `work` throws. Waits for others that write, no
   * longer than the database's limit, and not at all for one that is stopped and was waited for before.
   */
  write<Value>(work: () => Value): Value;
  /** Sizes of the file; `freePages` of its pages are unused. */
  pages(): { pageBytes: number; pages: number; freePages: number };
  /** Gives up to so many unused pages back to the disk, in one transaction. Nothing happens to a database that was not opened to shrink. */
  shrink(maxPages: number): void;
  close(): void;
}

export function createConnection(database: Database.Database, path: string): Connection {
  // Waiting blocks this thread: who was waited for once in vain, and is stopped, is not waited for again.
  let isHeld = false;
  const isHeldByStopped = (): boolean => findLockHolder(path)?.isStopped === true;
  function transact<Value>(begin: string, work: () => Value): Value {
    try {
      database.exec(begin);
      const value = work();
      database.exec("COMMIT");
      return value;
    } catch (error) {
      // SQLite has rolled back by itself after some errors (disk full, for one).
      if (database.open && database.inTransaction) database.exec("ROLLBACK");
      const failure = translateDatabaseError(error, path);
      isHeld = isOutpostError(failure) && failure.details["reason"] === "busy";
      throw failure;
    }
  }
  const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
  return {
    path,
    pages: () => ({
      pageBytes: pragma("page_size"),
      pages: pragma("page_count"),
      freePages: pragma("freelist_count"),
    }),
    shrink(maxPages) {
      try {
        database.exec(`PRAGMA incremental_vacuum(${Math.floor(maxPages)})`);
      } catch (error) {
        throw translateDatabaseError(error, path);
      }
    },
    prepare<Row>(sql: string) {
      try {
        return database.prepare<SqlValue[], Row>(sql) as Statement<Row>;
      } catch (error) {
        throw translateDatabaseError(error, path);
      }
    },
    read: (work) => transact("BEGIN", work),
    look(work) {
      try {
        return work();
      } catch (error) {
        throw translateDatabaseError(error, path);
      }
    },
    write(work) {
      if (isHeld && isHeldByStopped()) throw databaseFailure("busy", path);
      isHeld = false;
      return transact("BEGIN IMMEDIATE", work);
    },
    close: () => {
      database.close();
    },
  };
}
