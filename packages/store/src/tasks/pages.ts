// Pages of a table, the newest row first: of what was asked for, with the cursor of the next page. Knows nothing of what the rows hold.
import { OutpostError } from "@outpost/protocol";
import type { Connection, SqlValue } from "../database/connection.ts";
import { createCursors } from "./cursors.ts";

/** Of all rows where `value` is undefined. */
export type Condition = readonly [sql: string, value: SqlValue | undefined];

export interface Pages<Row> {
  /** Throws `invalid_input` for a limit or a cursor that is none. */
  read(
    asked: { limit: number; cursor?: string | undefined },
    conditions: readonly Condition[],
  ): { rows: Row[]; nextCursor: string | null };
}

export function createPages<Row extends { ordinal: number }>(
  connection: Connection,
  { table, columns, cursorsOf, maxRows }: { table: string; columns: string; cursorsOf: string; maxRows: number },
): Pages<Row> {
  const cursors = createCursors(cursorsOf);
  return {
    read({ limit, cursor }, conditions) {
      assertLimit(limit, maxRows);
      const behind: Condition = ["ordinal < ?", cursor === undefined ? undefined : cursors.parse(cursor)];
      const asked = [...conditions, behind].flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
      const where = asked.length === 0 ? "" : `WHERE ${asked.map(({ sql }) => sql).join(" AND ")}`;
      // One more than asked for says whether there is a next page.
      const found = connection
        .prepare<Row>(`SELECT ${columns} FROM ${table} ${where} ORDER BY ordinal DESC LIMIT ?`)
        .all(...asked.map(({ value }) => value), limit + 1);
      const rows = found.slice(0, limit);
      const last = rows.at(-1);
      return { rows, nextCursor: found.length > rows.length && last !== undefined ? cursors.of(last.ordinal) : null };
    },
  };
}

export function assertLimit(limit: number, max: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return;
  throw new OutpostError("invalid_input", `limit ${limit} is not a whole number from 1 to ${max}`);
}
