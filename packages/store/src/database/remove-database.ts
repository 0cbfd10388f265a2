// Removes a database with the files that SQLite keeps beside it. For what can be built again only; never call it for tasks.
import { rm } from "node:fs/promises";

/** The database goes before its log: a log alone is refused when opening, a database without its log would look sound and lack writes. */
export async function removeDatabase(path: string): Promise<void> {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) await rm(file, { force: true });
}
