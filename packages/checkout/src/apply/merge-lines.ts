// Three lists of lines → one, or every place where both sides changed the same lines. Pure; knows no bytes, encodings or paths.
// The merge is diff3 (Khanna, Kunal, Pierce 2007: "A formal investigation of diff3") over two Myers differences, whose cost grows with the
// edits and not with how often lines repeat.
import { diffArrays } from "diff";

/** Lines added and removed on one side. */
export const MAX_MERGE_EDITS = 2000;

/** One place that does not merge: what stood there, what stands there now, what was wished. */
export interface LineConflict {
  /** Of the current side, 1-based. */
  startLine: number;
  base: string[];
  current: string[];
  next: string[];
}

export type LineMerge = { lines: string[] } | { conflicts: LineConflict[] };

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
function mergeChunk({ base, current, next }: LineConflict): string[] | null {
  if (areSameLines(base, current) || areSameLines(current, next)) return next;
  return areSameLines(base, next) ? current : null;
}

/** Undefined when there are too many edits. */
export function mergeLines(base: string[], current: string[], next: string[]): LineMerge | undefined {
  const inCurrent = matchLines(base, current);
  const inNext = matchLines(base, next);
  if (!inCurrent || !inNext) return undefined;
  const lines: string[] = [];
  const conflicts: LineConflict[] = [];
  let [from, currentFrom, nextFrom] = [0, 0, 0];
  for (let at = 0; at <= base.length; at++) {
    const currentAt = at === base.length ? current.length : (inCurrent[at] ?? -1);
    const nextAt = at === base.length ? next.length : (inNext[at] ?? -1);
    if (currentAt < 0 || nextAt < 0) continue;
    if (at > from || currentAt > currentFrom || nextAt > nextFrom) {
      const chunk = {
        startLine: currentFrom + 1,
        base: base.slice(from, at),
        current: current.slice(currentFrom, currentAt),
        next: next.slice(nextFrom, nextAt),
      };
      const merged = mergeChunk(chunk);
      if (!merged) conflicts.push(chunk);
      for (const line of merged ?? []) lines.push(line);
    }
    if (at < base.length) lines.push(base[at] ?? "");
    [from, currentFrom, nextFrom] = [at + 1, currentAt + 1, nextAt + 1];
  }
  return conflicts.length > 0 ? { conflicts } : { lines };
}
