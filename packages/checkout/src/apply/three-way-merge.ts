// Three versions of a file's bytes → one, or the reason why not. Bytes are bytes: lines are compared as latin-1, so that every
// encoding, CRLF, a BOM and a missing final newline come out as they went in.
// Does not know paths or modes. Bounded: what is too large or too different to merge is a conflict.
// The merge is diff3 (Khanna, Kunal, Pierce 2007: "A formal investigation of diff3") over two Myers differences, whose cost grows with the
// edits and not with how often lines repeat.
import { diffArrays } from "diff";

const MAX_MERGE_BYTES = 2_000_000;
const MAX_MERGE_LINES = 50_000;
/** Lines added and removed on one side. */
const MAX_MERGE_EDITS = 2000;

export type MergeResult = { bytes: Uint8Array } | { reason: string };

export function areEqualBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}

/** Lines with their terminators. */
function toLines(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .toString("latin1")
      .match(/[^\n]*\n|[^\n]+$/gu) ?? []
  );
}

/** Per base line: where it is on the other side; -1 when it is not there. Undefined when there are too many edits. */
function matchLines(base: string[], side: string[]): Int32Array | undefined {
  const parts = diffArrays(base, side, { maxEditLength: MAX_MERGE_EDITS });
  if (!parts) return undefined;
  const places = new Int32Array(base.length).fill(-1);
  let [inBase, inSide] = [0, 0];
  for (const { added, removed, value } of parts) {
    if (!added && !removed) for (const [index] of value.entries()) places[inBase + index] = inSide + index;
    if (!added) inBase += value.length;
    if (!removed) inSide += value.length;
  }
  return places;
}

function areSameLines(left: string[], right: string[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}

/** Between two lines that all three share: the side that changed, or null when both did, differently. */
function mergeChunk(base: string[], ours: string[], theirs: string[]): string[] | null {
  if (areSameLines(base, ours) || areSameLines(ours, theirs)) return theirs;
  return areSameLines(base, theirs) ? ours : null;
}

/** Null for a conflict, undefined when there are too many edits. */
function mergeLines(base: string[], ours: string[], theirs: string[]): string[] | null | undefined {
  const inOurs = matchLines(base, ours);
  const inTheirs = matchLines(base, theirs);
  if (!inOurs || !inTheirs) return undefined;
  const merged: string[] = [];
  let [from, ourFrom, theirFrom] = [0, 0, 0];
  for (let at = 0; at <= base.length; at++) {
    const ourAt = at === base.length ? ours.length : (inOurs[at] ?? -1);
    const theirAt = at === base.length ? theirs.length : (inTheirs[at] ?? -1);
    if (ourAt < 0 || theirAt < 0) continue;
    if (at > from || ourAt > ourFrom || theirAt > theirFrom) {
      const chunk = mergeChunk(base.slice(from, at), ours.slice(ourFrom, ourAt), theirs.slice(theirFrom, theirAt));
      if (!chunk) return null;
      for (const line of chunk) merged.push(line);
    }
    if (at < base.length) merged.push(base[at] ?? "");
    [from, ourFrom, theirFrom] = [at + 1, ourAt + 1, theirAt + 1];
  }
  return merged;
}

/** `binary`: whether to refuse merging even without NUL bytes. */
export function mergeThreeWay(base: Uint8Array, current: Uint8Array, next: Uint8Array, binary: boolean): MergeResult {
  if (areEqualBytes(current, base)) return { bytes: next };
  if (areEqualBytes(next, base) || areEqualBytes(current, next)) return { bytes: current };
  const sides = [base, current, next];
  if (binary || sides.some((side) => side.includes(0)))
    return {
      reason:
        "changed since the task began and is binary, so that it cannot be merged; restore it, or run the task again",
    };
  const lines = sides.map(toLines);
  if (sides.some((side) => side.length > MAX_MERGE_BYTES) || lines.some((side) => side.length > MAX_MERGE_LINES))
    return {
      reason: `changed since the task began and is too large to merge (over ${MAX_MERGE_BYTES} bytes or ${MAX_MERGE_LINES} lines)`,
    };
  const merged = mergeLines(lines[0] ?? [], lines[1] ?? [], lines[2] ?? []);
  if (merged === undefined)
    return {
      reason: `changed since the task began in more than ${MAX_MERGE_EDITS} lines, too many to merge; commit or restore it, or run the task again`,
    };
  if (merged === null)
    return {
      reason:
        "changed since the task began in the same lines as the change; commit or restore it, or run the task again",
    };
  return { bytes: new Uint8Array(Buffer.from(merged.join(""), "latin1")) };
}
