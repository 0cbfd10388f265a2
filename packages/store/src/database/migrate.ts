// Brings a database's tables up to date: numbered steps, all in one transaction, counted in `user_version`. Knows nothing of their content.
import { OutpostError } from "@outpost/protocol";
import type Database from "better-sqlite3";
import type { Connection } from "./connection.ts";

export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/** A newer Outpost wrote it; going on could destroy what this one does not know. */
export function assertKnownSchema(path: string, version: number, known: number): void {
  if (version <= known) return;
  throw new OutpostError(
    "unavailable",
    `database "${path}" has schema ${version}, this version knows up to ${known}; start the newer version, or restore a backup`,
    { details: { reason: "newer", path, version, known } },
  );
}

/** Another process may migrate at the same time: the version is read again under the write lock. */
export function migrate(database: Database.Database, connection: Connection, migrations: readonly string[]): void {
  const found = schemaVersion(database);
  assertKnownSchema(connection.path, found, migrations.length);
  if (found === migrations.length) return;
  connection.write(() => {
    const version = schemaVersion(database);
    assertKnownSchema(connection.path, version, migrations.length);
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.pragma(`user_version = ${migrations.length}`);
  });
}
