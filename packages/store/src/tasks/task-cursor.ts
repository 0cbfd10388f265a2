// Cursors of pages of tasks: opaque to others, the last task's ordinal to us, so that new tasks do not shift a page.
import { OutpostError } from "@outpost/protocol";

const pattern = /^tasks:([1-9][0-9]{0,14})$/;

export function toCursor(ordinal: number): string {
  return Buffer.from(`tasks:${ordinal}`).toString("base64url");
}

/** Throws `invalid_input` for what `toCursor` did not make. */
export function parseCursor(cursor: string): number {
  const ordinal = Number(pattern.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1] ?? Number.NaN);
  if (Number.isInteger(ordinal) && toCursor(ordinal) === cursor) return ordinal;
  throw new OutpostError("invalid_input", `cursor "${cursor}" is not one of ours; start again without a cursor`);
}
