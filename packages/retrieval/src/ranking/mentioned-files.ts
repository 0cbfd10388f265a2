// The files that a query names, or even lines of them, and what that is worth to their chunks.
import type { ChunkTable } from "../index/chunk-table.ts";
import { isShown } from "../index/search-view.ts";
import { matchMention, type PathMatch } from "../query/file-mentions.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { weights } from "./weights.ts";

export interface MentionedFile {
  /** As the query names it, for reasons. */
  path: string;
  /** What is left of the boosts: 1, or less for a name that several files have, and for a path that is only like the file's. */
  share: number;
  /** 1-based. */
  lines: number[];
}

/**
 * By position of the entry, of those that the view shows; of several that a mention may mean, those that it means most. Whoever
 * mentions a file writes its name as it is.
 */
export function findMentionedFiles(
  query: ParsedQuery,
  table: ChunkTable,
  lengths: Float32Array,
): Map<number, MentionedFile> {
  const found = new Map<number, MentionedFile>();
  for (const mention of query.mentions) {
    const name = mention.path.slice(mention.path.lastIndexOf("/") + 1);
    const meant = table.files.positionsNamed(name).flatMap((position) => {
      const entry = table.entries[position];
      if (entry === undefined || !isShown(lengths, entry.firstSlot)) return [];
      const match = matchMention(mention, entry.path);
      return match === undefined ? [] : [{ position, match }];
    });
    const [best] = meant.map(({ match }) => match).sort(closestFirst);
    if (best === undefined) continue;
    const positions = meant.filter(({ match }) => closestFirst(match, best) === 0).map(({ position }) => position);
    const share = best.share / positions.length ** weights.ambiguity;
    for (const position of positions) {
      const known = found.get(position) ?? { path: mention.path, share, lines: [] };
      known.share = Math.max(known.share, share);
      if (mention.line !== null) known.lines.push(mention.line);
      found.set(position, known);
    }
  }
  return found;
}

function closestFirst(a: PathMatch, b: PathMatch): number {
  return b.commonParts - a.commonParts || b.share - a.share;
}

/** The slots of all their chunks, ascending. */
export function mentionedSlots(files: ReadonlyMap<number, MentionedFile>, table: ChunkTable): number[] {
  const slots: number[] = [];
  for (const position of [...files.keys()].sort((a, b) => a - b)) {
    const entry = table.entries[position];
    for (let index = 0; index < (entry?.chunkCount ?? 0); index += 1) slots.push((entry?.firstSlot ?? 0) + index);
  }
  return slots;
}

/** The line named in a chunk, if one is. */
export function mentionedLine(
  { lines }: MentionedFile,
  { startLine, endLine }: { startLine: number; endLine: number },
): number | undefined {
  return lines.find((line) => line >= startLine && line <= endLine);
}
