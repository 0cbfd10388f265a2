// Cursors of pages: opaque to others, the last row's ordinal to us, so that new rows do not shift a page.
import { OutpostError } from "@outpost/protocol";

/** `name`: of the list, so that a cursor of another is refused. `parse` throws `invalid_input` for what `of` did not make. */
export function createCursors(name: string): { of(ordinal: number): string; parse(cursor: string): number } {
  const pattern = new RegExp(`^${name}:([1-9][0-9]{0,14})$`);
  const of = (ordinal: number): string => Buffer.from(`${name}:${ordinal}`).toString("base64url");
  return {
    of,
    parse(cursor) {
      const ordinal = Number(pattern.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1] ?? Number.NaN);
      if (Number.isInteger(ordinal) && of(ordinal) === cursor) return ordinal;
      throw new OutpostError("invalid_input", `cursor "${cursor}" is not one of ours; start again without a cursor`);
    },
  };
}
