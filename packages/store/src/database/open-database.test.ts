import { copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOutpostError, type OutpostError } from "@outpost/protocol";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createConnection } from "./connection.ts";
import { migrate } from "./migrate.ts";
import { assertSafeWal, openDatabase, openDatabaseForReading } from "./open-database.ts";
import { isDamagedDatabase } from "./translate-error.ts";

const one = "CREATE TABLE fruit (name TEXT PRIMARY KEY)";
const two = "INSERT INTO fruit VALUES ('quince')";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-database-"));
  path = join(folder, "some.db");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const openIt = (migrations = [one, two]) => openDatabase({ path, synchronous: "full", migrations });

async function failureOf(promise: Promise<unknown>): Promise<OutpostError> {
  const error: unknown = await promise.then(
    () => new Error("expected a rejection"),
    (reason: unknown) => reason,
  );
  if (isOutpostError(error)) return error;
  throw error;
}

describe("opening", () => {
  it.each([
    ["full", 2],
    ["normal", 1],
  ] as const)("sets the pragmas for synchronous %s", async (synchronous, level) => {
    const connection = await openDatabase({ path, synchronous, migrations: [one] });
    const pragma = (name: string) => Object.values(connection.prepare<object>(`PRAGMA ${name}`).get() ?? {})[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(level);
    expect(pragma("foreign_keys")).toBe(1);
    expect(pragma("busy_timeout")).toBe(5_000);
    connection.close();
  });

  it("says when the folder is not there", async () => {
    path = join(folder, "absent", "some.db");
    expect(await failureOf(openIt())).toMatchObject({ code: "unavailable", details: { reason: "unreadable" } });
  });

  it("works for many who open a new database at once", async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openIt()));
    for (const connection of opened) {
      expect(connection.prepare("SELECT name FROM fruit").all()).toEqual([{ name: "quince" }]);
      connection.close();
    }
  });

  it.each(["3.51.2", "3.45.1", "2.99.99", ""])("refuses WAL with sqlite %s", (version) => {
    expect(() => assertSafeWal(version)).toThrow(/can lose writes in WAL mode/);
  });

  it.each(["3.51.3", "3.53.2", "4.0.0"])("takes sqlite %s", (version) => {
    expect(() => assertSafeWal(version)).not.toThrow();
  });
});

describe("migrations", () => {
  it("run once each, in order", async () => {
    (await openIt([one])).close();
    (await openIt([one, two])).close();
    const connection = await openIt([one, two]);
    expect(connection.prepare("SELECT name FROM fruit").all()).toEqual([{ name: "quince" }]);
    connection.close();
  });

  it("run once when another process migrates between looking and locking", async () => {
    const [left, right] = [new Database(path), new Database(path)];
    const connection = createConnection(left, path);
    const slow = {
      ...connection,
      write: <Value>(work: () => Value) => {
        migrate(right, createConnection(right, path), { migrations: [one, two] });
        return connection.write(work);
      },
    };
    migrate(left, slow, { migrations: [one, two] });
    expect(left.prepare("SELECT name FROM fruit").all()).toEqual([{ name: "quince" }]);
    left.close();
    right.close();
  });

  it("leave nothing behind when one fails", async () => {
    await expect(openIt([one, "CREATE nonsense"])).rejects.toThrow(/syntax error/);
    const database = new Database(path);
    expect(database.pragma("user_version", { simple: true })).toBe(0);
    expect(database.prepare("SELECT name FROM sqlite_schema").all()).toEqual([]);
    database.close();
  });

  it("refuse a database that a newer version wrote, and leave it alone", async () => {
    (await openIt([one, two])).close();
    const before = await readFile(path);
    const refused = await failureOf(openIt([one]));
    expect(refused).toMatchObject({ code: "unavailable", retryable: false, details: { reason: "newer", version: 2 } });
    expect(refused.message).toContain("schema 2");
    expect(refused.message).toMatch(/restore a backup$/);
    const again = { migrations: [one], isRebuildable: true };
    expect(() => openDatabaseForReading(path, again)).toThrow(/remove the file and index again/);
    expect(await failureOf(openDatabase({ path, synchronous: "normal", ...again }))).toMatchObject({
      message: expect.stringMatching(/remove the file and index again/),
    });
    expect(() => openDatabaseForReading(path, { migrations: [one] })).toThrow(/schema 2/);
    expect(await readFile(path)).toEqual(before);
  });
});

describe("reading beside a writer", () => {
  it("finds nothing until the tables are there", async () => {
    expect(openDatabaseForReading(path, { migrations: [one] })).toBeUndefined();
    new Database(path).close();
    expect(openDatabaseForReading(path, { migrations: [one] })).toBeUndefined();
    (await openIt([one])).close();
    const connection = openDatabaseForReading(path, { migrations: [one] });
    expect(connection?.prepare("SELECT name FROM fruit").all()).toEqual([]);
    connection?.close();
  });

  it("cannot write", async () => {
    (await openIt([one])).close();
    const connection = openDatabaseForReading(path, { migrations: [one] });
    expect(() => connection?.write(() => connection.prepare("INSERT INTO fruit VALUES ('fig')").run())).toThrow(
      /cannot be opened for this user/,
    );
    connection?.close();
  });
});

describe("a damaged database", () => {
  it("is reported when it is something else", async () => {
    await writeFile(path, "this is no database, though it is long enough to have a header of sixteen bytes".repeat(20));
    const before = await readFile(path);
    const failure = await failureOf(openIt());
    expect(failure).toMatchObject({ code: "unavailable", retryable: false, details: { reason: "damaged", path } });
    expect(isDamagedDatabase(failure)).toBe(true);
    expect(await readFile(path)).toEqual(before);
  });

  it("is reported when pages are overwritten", async () => {
    const connection = await openIt([one]);
    const insert = connection.prepare("INSERT INTO fruit VALUES (?)");
    connection.write(() => {
      for (let i = 0; i < 2_000; i++) insert.run(`fruit ${i}`.padEnd(60, "."));
    });
    connection.close();
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(4096 * 20, 0xa5), 0, 4096 * 20, 4096 * 3);
    await file.close();
    const again = await openIt([one]);
    const count = again.prepare("SELECT count(name) FROM fruit NOT INDEXED");
    expect(() => again.read(() => count.all())).toThrow(/is damaged and was left as it is/);
    again.close();
  });

  it("is reported when the file was emptied beside its log", async () => {
    const connection = await openIt([one]);
    connection.write(() => connection.prepare("INSERT INTO fruit VALUES ('fig')").run());
    await copyFile(`${path}-wal`, join(folder, "kept"));
    connection.close();
    await copyFile(join(folder, "kept"), `${path}-wal`);
    await truncate(path, 0);
    expect(await failureOf(openIt())).toMatchObject({ details: { reason: "damaged" } });
    expect((await stat(path)).size).toBe(0);
  });
});

describe("a transaction", () => {
  it("is undone when its work throws", async () => {
    const connection = await openIt([one]);
    const insert = connection.prepare("INSERT INTO fruit VALUES ('fig')");
    const failing = () =>
      connection.write(() => {
        insert.run();
        throw new Error("stop");
      });
    expect(failing).toThrow("stop");
    expect(connection.prepare("SELECT * FROM fruit").all()).toEqual([]);
    connection.close();
  });

  it("is refused as busy while another holds the lock too long", async () => {
    const connection = await openIt([one]);
    connection.prepare("PRAGMA busy_timeout = 50").get();
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");
    expect(() => connection.write(() => 1)).toThrow(
      expect.objectContaining({ code: "unavailable", retryable: true, details: { reason: "busy", path } }),
    );
    expect(connection.read(() => 1)).toBe(1);
    other.exec("ROLLBACK");
    expect(connection.write(() => 1)).toBe(1);
    other.close();
    connection.close();
  });

  it("is refused as full when the disk is, and the next one goes on", async () => {
    const connection = await openIt([one]);
    connection.prepare("PRAGMA max_page_count = 5").get();
    const insert = connection.prepare("INSERT INTO fruit VALUES (?)");
    expect(() => connection.write(() => insert.run("x".repeat(50_000)))).toThrow(
      expect.objectContaining({ code: "unavailable", retryable: true, details: { reason: "full", path } }),
    );
    connection.write(() => insert.run("small"));
    expect(connection.prepare("SELECT name FROM fruit").all()).toEqual([{ name: "small" }]);
    connection.close();
  });

  it("keeps a bug in its own words", async () => {
    const connection = await openIt([one]);
    const insert = connection.prepare("INSERT INTO fruit VALUES ('fig')");
    connection.write(() => insert.run());
    expect(() => connection.write(() => insert.run())).toThrow(/UNIQUE constraint failed/);
    connection.close();
  });

  it("is refused after the database was closed", async () => {
    const connection = await openIt([one]);
    connection.close();
    expect(() => connection.read(() => 1)).toThrow(
      expect.objectContaining({ code: "unavailable", details: { reason: "closed", path } }),
    );
  });
});
