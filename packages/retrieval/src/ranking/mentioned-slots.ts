// The chunks of files that a query names.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { ResolvedView } from "../index/search-view.ts";
import { isMentioned } from "../query/file-mentions.ts";
import type { ParsedQuery } from "../query/parse-query.ts";

/** The slots of the view's files that the query names. */
export function mentionedSlots(query: ParsedQuery, table: ChunkTable, view: ResolvedView): number[] {
  const slots: number[] = [];
  if (query.mentions.length === 0) return slots;
  for (const position of view.entryPositions) {
    const entry = table.entries[position];
    if (entry === undefined || !query.mentions.some((mention) => isMentioned(mention, entry.path))) continue;
    for (let index = 0; index < entry.chunkCount; index += 1) slots.push(entry.firstSlot + index);
  }
  return slots;
}
