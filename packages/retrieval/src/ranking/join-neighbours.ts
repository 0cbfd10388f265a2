// Hits that stand right beside a better one in its file become part of it: one place to read instead of two, the rank that is saved shows
// another place, and what was cut in two (a long function, a type and its first method) is read together.
import type { ChunkTable } from "../index/chunk-table.ts";
import { ownScore, type Parts } from "./parts.ts";
import { weights } from "./weights.ts";

/** A run of neighbouring chunks of one file; its score is that of the best of them. */
export interface JoinedHit {
  best: Parts;
  firstSlot: number;
  /** Inclusive. */
  lastSlot: number;
}

/** At most `limit`, in the order of `ranked`, which is best first. No slot is in two of them. */
export function joinNeighbours(table: ChunkTable, ranked: readonly Parts[], limit: number): JoinedHit[] {
  const hits: JoinedHit[] = [];
  const free = new Map(ranked.map((parts) => [parts.slot, parts]));
  for (const parts of ranked) {
    if (parts.score <= 0 || hits.length === limit) break;
    if (free.has(parts.slot)) hits.push(takeNeighbours(table, parts, free));
  }
  return hits;
}

/** Takes the better of the two beside the run as long as one of them matches well enough; what it takes is no longer free. */
function takeNeighbours(table: ChunkTable, best: Parts, free: Map<number, Parts>): JoinedHit {
  const hit = { best, firstSlot: best.slot, lastSlot: best.slot };
  free.delete(best.slot);
  for (;;) {
    const [before, after] = [hit.firstSlot - 1, hit.lastSlot + 1].map((slot) => joinable(table, hit, free.get(slot)));
    const next = strength(before) >= strength(after) ? before : after;
    if (next === undefined) return hit;
    hit.firstSlot = Math.min(hit.firstSlot, next.slot);
    hit.lastSlot = Math.max(hit.lastSlot, next.slot);
    free.delete(next.slot);
  }
}

/** `parts`, if they can become part of the hit. What speaks for the file speaks for both, so that what is their own decides. */
function joinable(table: ChunkTable, hit: JoinedHit, parts: Parts | undefined): Parts | undefined {
  if (parts === undefined || table.entryPosition(parts.slot) !== table.entryPosition(hit.best.slot)) return undefined;
  if (ownScore(parts) < weights.joinedShare * ownScore(hit.best)) return undefined;
  const first = Math.min(parts.slot, hit.firstSlot);
  const last = Math.max(parts.slot, hit.lastSlot);
  const lines = table.describe(last).endLine - table.describe(first).startLine + 1;
  return lines <= weights.joinedLines ? parts : undefined;
}

function strength(parts: Parts | undefined): number {
  return parts === undefined ? -1 : ownScore(parts);
}
