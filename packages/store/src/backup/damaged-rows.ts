// Reads whatever rows can still be read of a database that may be damaged, table by table. Throws for nothing that damage does.
import Database from "better-sqlite3";

export type AnyRow = Record<string, string | number | Uint8Array | null>;

export interface DamagedRows {
  /** By their numbers, ascending: rows behind damaged ones too. `lost`: numbers whose rows lie on pages that cannot be read. */
  byNumber(table: string, key: string): { rows: Generator<AnyRow>; lost(): number };
  /** Of a table without numbers: from both ends, up to the damage. */
  fromEnds(table: string): AnyRow[];
  /** The highest number that a table has ever given, as far as can be told. */
  lastNumber(table: string, key: string): number;
}

/** Numbers that are asked for one by one, at most. */
const maxLookups = 10_000_000;

export function createDamagedRows(database: Database.Database): DamagedRows {
  function ask<Value>(work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof Database.SqliteError) return undefined;
      throw error;
    }
  }

  function lastNumber(table: string, key: string): number {
    const highest = (sql: string, ...values: string[]): number =>
      ask(() => Number(database.prepare<string[], { last: number | null }>(sql).get(...values)?.last ?? 0)) ?? 0;
    return Math.max(
      highest("SELECT seq AS last FROM sqlite_sequence WHERE name = ?", table),
      highest(`SELECT max(${key}) AS last FROM ${table} NOT INDEXED`),
    );
  }

  function byNumber(table: string, key: string): { rows: Generator<AnyRow>; lost(): number } {
    let lost = 0;
    function* read(): Generator<AnyRow> {
      const lookup = ask(() =>
        database.prepare<[number], AnyRow>(`SELECT * FROM ${table} NOT INDEXED WHERE ${key} = ?`),
      );
      const last = Math.min(lastNumber(table, key), maxLookups);
      for (let number = 1; lookup !== undefined && number <= last; number++) {
        const row = ask(() => lookup.get(number) ?? null);
        if (row === undefined) lost += 1;
        else if (row !== null) yield row;
      }
    }
    return { rows: read(), lost: () => lost };
  }

  function fromEnds(table: string): AnyRow[] {
    const found = new Map<string, AnyRow>();
    for (const order of ["ASC", "DESC"])
      ask(() => {
        const keys = database.prepare<[], { name: string }>(
          `SELECT name FROM pragma_table_info('${table}') WHERE pk > 0`,
        );
        const by = keys.all().map(({ name }) => `${name} ${order}`);
        const inOrder = by.length === 0 ? "" : `ORDER BY ${by.join(", ")}`;
        const rows = database.prepare<[], AnyRow>(`SELECT * FROM ${table} ${inOrder}`);
        for (const row of rows.iterate()) found.set(JSON.stringify(Object.values(row)), row);
      });
    return [...found.values()];
  }

  return { byNumber, fromEnds, lastNumber };
}
