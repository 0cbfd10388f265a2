// Turns a database that was made before databases could shrink into one that can: once, by writing it anew in one transaction. Does not know
// what is in it.
import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { translateDatabaseError } from "./translate-error.ts";

const incremental = 2;

/**
 * Whether it can give unused pages back now. A larger one than `maxBytes` stays as it is: its unused pages are used again, and no more. To be
 * called while nobody else has it open. Rejects as opening a database does, with nothing changed.
 */
export function makeShrinkable(path: string, maxBytes: number): boolean {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === 0) return true;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, timeout: 5_000 });
    if (Number(database.pragma("auto_vacuum", { simple: true })) === incremental) return true;
    if (bytes > maxBytes) return false;
    database.pragma("auto_vacuum = INCREMENTAL");
    database.exec("VACUUM");
    return true;
  } catch (error) {
    throw translateDatabaseError(error, path);
  } finally {
    database?.close();
  }
}
