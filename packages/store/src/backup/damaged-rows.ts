// Reads whatever rows can still be read of a database that may be damaged, table by table. Throws for nothing that damage does.
import Database from "better-sqlite3";

export type AnyRow = Record<string, string | number | Uint8Array | null>;

export interface DamagedRows {
  /**
   * By their numbers, ascending: rows behind damaged ones too. `lost`: numbers whose rows lie on pages that cannot be read, or that are too
   * many to be asked for.
   */
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

  /** 0: there is none, or none that makes sense. */
  function numberOf(sql: string, ...values: string[]): number {
    const found = ask(() => database.prepare<string[], { number: unknown }>(sql).get(...values)?.number);
    return typeof found === "number" && Number.isSafeInteger(found) ? found : 0;
  }

  function lastNumber(table: string, key: string): number {
    return Math.max(
      numberOf("SELECT seq AS number FROM sqlite_sequence WHERE name = ?", table),
      numberOf(`SELECT max(${key}) AS number FROM ${table} NOT INDEXED`),
    );
  }

  function byNumber(table: string, key: string): { rows: Generator<AnyRow>; lost(): number } {
    let lost = 0;
    function* read(): Generator<AnyRow> {
      const lookup = ask(() =>
        database.prepare<[number], AnyRow>(`SELECT * FROM ${table} NOT INDEXED WHERE ${key} = ?`),
      );
      // What was before it is gone by age, mostly.
      const first = Math.max(1, numberOf(`SELECT min(${key}) AS number FROM ${table} NOT INDEXED`));
      const last = lastNumber(table, key);
      const until = Math.min(last, first + maxLookups - 1);
      lost += last - until;
      for (let number = first; lookup !== undefined && number <= until; number++) {
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
