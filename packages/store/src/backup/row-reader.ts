// Reads all rows of a table of a database that may be damaged, in the order of their numbers. Where pages cannot be read, rows are asked for
// one by one, so that damage in the middle does not hide what lies behind it.
import Database from "better-sqlite3";

export interface RowCount {
  readable: number;
  /** How many there should be, as far as can be told. */
  expected: number;
  problems: string[];
}

interface Table {
  name: "task" | "event" | "repository";
  /** Its INTEGER PRIMARY KEY AUTOINCREMENT. */
  key: "ordinal" | "position";
  columns: string;
}

export type EachRow = <Row>(table: Table, take: (row: Row) => void) => RowCount;

/** Numbers that are asked for one by one, at most. */
const maxLookups = 5_000_000;

export function createRowReader(database: Database.Database, isIntact: boolean): EachRow {
  return (table, take) => (isIntact ? readInOrder(database, table, take) : readOneByOne(database, table, take));
}

function readInOrder<Row>(database: Database.Database, table: Table, take: (row: Row) => void): RowCount {
  const { name, key, columns } = table;
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name);
  if (isThere === undefined) return { readable: 0, expected: 0, problems: [`table ${name} is not there`] };
  let readable = 0;
  for (const row of database.prepare<[], Row>(`SELECT ${columns} FROM ${name} ORDER BY ${key}`).iterate()) {
    take(row);
    readable += 1;
  }
  return { readable, expected: readable, problems: [] };
}

function readOneByOne<Row>(database: Database.Database, table: Table, take: (row: Row) => void): RowCount {
  const { name, key, columns } = table;
  let lookup: Database.Statement<[number], Row>;
  try {
    lookup = database.prepare<[number], Row>(`SELECT ${columns} FROM ${name} NOT INDEXED WHERE ${key} = ?`);
  } catch (error) {
    return { readable: 0, expected: 0, problems: [`table ${name}: ${(error as Error).message}`] };
  }
  let readable = 0;
  let lost = 0;
  const last = Math.min(lastNumber(database, table), maxLookups);
  for (let number = 1; number <= last; number++) {
    let row: Row | undefined;
    try {
      row = lookup.get(number);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      lost += 1;
    }
    if (row === undefined) continue;
    take(row);
    readable += 1;
  }
  const problems = lost === 0 ? [] : [`table ${name}: up to ${lost} of ${last} rows lie on damaged pages`];
  return { readable, expected: readable + lost, problems };
}

/** AUTOINCREMENT keeps the last number in a table of its own; where that is damaged, the last row that is found. */
function lastNumber(database: Database.Database, { name, key }: Table): number {
  const ask = (sql: string, ...values: string[]): number => {
    try {
      return Number(database.prepare<string[], { last: number | null }>(sql).get(...values)?.last ?? 0);
    } catch {
      return 0;
    }
  };
  return Math.max(
    ask("SELECT seq AS last FROM sqlite_sequence WHERE name = ?", name),
    ask(`SELECT max(${key}) AS last FROM ${name} NOT INDEXED`),
  );
}
