// Hits that stand right beside a better one in its file become part of it: one place to read instead of two, and the rank that is saved
// shows another place.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { Parts } from "./parts.ts";
import { weights } from "./weights.ts";

/** A run of neighbouring chunks of one file; its score is that of the best of them. */
export interface JoinedHit {
  best: Parts;
  firstSlot: number;
  /** Inclusive. */
  lastSlot: number;
}

/** At most `limit`, in the order of `ranked`, which is best first. */
export function joinNeighbours(table: ChunkTable, ranked: readonly Parts[], limit: number): JoinedHit[] {
  const hits: JoinedHit[] = [];
  for (const parts of ranked) {
    if (parts.score <= 0) break;
    const { slot } = parts;
    const beside = hits.find((hit) => canJoin(table, hit, parts));
    if (beside !== undefined) {
      beside.firstSlot = Math.min(beside.firstSlot, slot);
      beside.lastSlot = Math.max(beside.lastSlot, slot);
    } else if (hits.length === limit) break;
    else hits.push({ best: parts, firstSlot: slot, lastSlot: slot });
  }
  return hits;
}

function canJoin(table: ChunkTable, hit: JoinedHit, { slot, score }: Parts): boolean {
  if (slot !== hit.firstSlot - 1 && slot !== hit.lastSlot + 1) return false;
  if (table.entryPosition(slot) !== table.entryPosition(hit.best.slot)) return false;
  if (score < weights.joinedShare * hit.best.score) return false;
  const first = Math.min(slot, hit.firstSlot);
  const last = Math.max(slot, hit.lastSlot);
  return table.describe(last).endLine - table.describe(first).startLine < weights.joinedLines;
}
