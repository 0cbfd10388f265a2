// The chunks of files that a query names.
import type { ChunkTable } from "../index/chunk-table.ts";
import { isMentioned } from "../query/file-mentions.ts";
import type { ParsedQuery } from "../query/parse-query.ts";

/** The slots of all files that the query names; whoever mentions a file writes its name as it is. */
export function mentionedSlots(query: ParsedQuery, table: ChunkTable): number[] {
  const positions = new Set<number>();
  for (const mention of query.mentions) {
    const name = mention.path.slice(mention.path.lastIndexOf("/") + 1);
    for (const position of table.files.positionsNamed(name)) {
      if (isMentioned(mention, table.entries[position]?.path ?? "")) positions.add(position);
    }
  }
  const slots: number[] = [];
  for (const position of [...positions].sort((a, b) => a - b)) {
    const entry = table.entries[position];
    for (let index = 0; index < (entry?.chunkCount ?? 0); index += 1) slots.push((entry?.firstSlot ?? 0) + index);
  }
  return slots;
}
