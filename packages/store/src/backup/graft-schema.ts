// Where a database's own list of tables cannot be read, the usual one is put in its place, in a copy: tables that were made at once, as they are
// in every new database of this version, lie at the same pages. Where they do not, what is read there makes no sense and is not taken.
import { copyFile, open, rm, stat } from "node:fs/promises";
import Database from "better-sqlite3";
import { openDatabase } from "../database/open-database.ts";
import { removeDatabase } from "../database/remove-database.ts";
import { taskMigrations } from "../tasks/schema.ts";
import { settle } from "./copy-task-database.ts";

const pageBytes = 4096;
/** Places in the header: "write-ahead log" twice, change counter, pages, first and number of unused pages, pages are those of change. */
const header = { walMode: 18, change: 24, pages: 28, unused: 32, validFor: 92 };

/** Makes `copy`, which must not exist, of the database at `from`. */
export async function graftSchema(from: string, copy: string): Promise<void> {
  const fresh = `${copy}.fresh`;
  try {
    await copyFile(from, copy);
    const hasLog = await copyFile(`${from}-wal`, `${copy}-wal`).then(
      () => true,
      () => false,
    );
    (await openDatabase({ path: fresh, synchronous: "normal", migrations: taskMigrations, canShrink: true })).close();
    settle(fresh);
    await transplant(fresh, copy, hasLog);
  } finally {
    await removeDatabase(fresh);
  }
}

async function transplant(fresh: string, copy: string, hasLog: boolean): Promise<void> {
  const [giving, taking] = [await open(fresh, "r"), await open(copy, "r+")];
  try {
    for (const number of schemaPages(fresh)) {
      const page = Buffer.alloc(pageBytes);
      await giving.read(page, 0, pageBytes, (number - 1) * pageBytes);
      if (number === 1) adjustHeader(page, Math.ceil((await stat(copy)).size / pageBytes), hasLog);
      await taking.write(page, 0, pageBytes, (number - 1) * pageBytes);
    }
  } finally {
    await giving.close();
    await taking.close();
  }
}

/** The first one last, because it says how many there are. */
function schemaPages(path: string): number[] {
  const database = new Database(path, { readonly: true });
  try {
    const pages = database.prepare<[], { pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' ORDER BY pageno DESC",
    );
    return pages.all().map(({ pageno }) => pageno);
  } finally {
    database.close();
  }
}

function adjustHeader(page: Buffer, pages: number, hasLog: boolean): void {
  page.fill(hasLog ? 2 : 1, header.walMode, header.walMode + 2);
  page.writeUInt32BE(pages, header.pages);
  page.writeBigUInt64BE(0n, header.unused);
  page.writeUInt32BE(page.readUInt32BE(header.change), header.validFor);
}

export async function removeGraft(copy: string): Promise<void> {
  await removeDatabase(copy);
  await rm(`${copy}-journal`, { force: true });
}
