// The chain of the audit log: every hash covers the entry and the hash before. Pure.
// Covered: an entry that was changed, removed, put in or put elsewhere. Not covered: a log written anew from some entry on by somebody who
// may write the database; a head that was noted down elsewhere tells that.
import { createHash } from "node:crypto";

export interface ChainedRow {
  seq: number;
  at_ms: number;
  record: string;
  hash: string;
}

export const chainStart = "0".repeat(64);

export function hashOf(before: string, row: Omit<ChainedRow, "hash">): string {
  return createHash("sha256").update(`${before}\n${row.seq}\n${row.at_ms}\n${row.record}`).digest("hex");
}

/** What is wrong with the rows, which ascend; null when they follow from `anchor` without a gap. */
export function findBreak(rows: Iterable<ChainedRow>, anchor: { seq: number; hash: string }): string | null {
  let { seq, hash } = anchor;
  for (const row of rows) {
    if (row.seq !== seq + 1) return `entry ${seq + 1} is missing`;
    if (row.hash !== hashOf(hash, row)) return `entry ${row.seq} is not what was written`;
    ({ seq, hash } = row);
  }
  return null;
}
