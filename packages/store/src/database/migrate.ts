// Brings a database's tables up to date: numbered steps, all in one transaction, counted in `user_version`. Knows nothing of their content.
import { OutpostError } from "@outpost/protocol";
import type Database from "better-sqlite3";
import type { Connection } from "./connection.ts";

export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/** The numbered steps of a database's tables, and whether what is in it can be made again. */
export interface Schema {
  /** Numbered from 1; the database's `user_version` says how many it has seen. */
  migrations: readonly string[];
  isRebuildable?: boolean;
}

/** A newer Outpost wrote it; going on could destroy what this one does not know. */
export function assertKnownSchema(path: string, version: number, { migrations, isRebuildable = false }: Schema): void {
  const known = migrations.length;
  if (version <= known) return;
  const otherWay = isRebuildable
    ? "stop the server, remove the file and index again: nothing is lost with it but time"
    : "restore a backup";
  throw new OutpostError(
    "unavailable",
    `database "${path}" has schema ${version}, this version knows up to ${known}; start the newer version, or ${otherWay}`,
    { details: { reason: "newer", path, version, known } },
  );
}

/** Another process may migrate at the same time: the version is read again under the write lock. */
export function migrate(database: Database.Database, connection: Connection, schema: Schema): void {
  const { migrations } = schema;
  const found = schemaVersion(database);
  assertKnownSchema(connection.path, found, schema);
  if (found === migrations.length) return;
  connection.write(() => {
    const version = schemaVersion(database);
    assertKnownSchema(connection.path, version, schema);
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.pragma(`user_version = ${migrations.length}`);
  });
}
