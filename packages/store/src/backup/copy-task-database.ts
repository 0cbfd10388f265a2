// Copies tasks.db while others write to it: all pages in one read transaction, so that the copy is one moment of the database, and writers
// wait for nothing. Does not know what is in it.
import { chmod, open } from "node:fs/promises";
import Database from "better-sqlite3";
import { translateDatabaseError } from "../database/translate-error.ts";

/** More than a database can have: the first step takes them all. A copy in several steps would begin anew with every write of another process. */
const allPages = 2_147_483_647;

/** `to` must not exist. Durable when it resolves, mode 0600, one file without a log. Rejects as opening a database does. */
export async function copyTaskDatabase(from: string, to: string): Promise<void> {
  let source: Database.Database | undefined;
  try {
    source = new Database(from, { readonly: true, fileMustExist: true, timeout: 5_000 });
    await source.backup(to, { progress: () => allPages });
  } catch (error) {
    throw translateDatabaseError(error, from);
  } finally {
    source?.close();
  }
  await chmod(to, 0o600);
  settle(to);
  const file = await open(to, "r+");
  await file.sync();
  await file.close();
}

/** A copy says of itself that it has a log beside it; it shall be whole alone. */
export function settle(path: string): void {
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.pragma("journal_mode = DELETE");
  } catch (error) {
    throw translateDatabaseError(error, path);
  } finally {
    database?.close();
  }
}
