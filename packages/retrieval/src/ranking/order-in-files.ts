// Which chunk of a file stands for it. Questions ask what code does, so that a function goes before the head of a type that
// scores a little more; the file keeps its place among the others.
import type { ChunkTable } from "../index/chunk-table.ts";
import { ownScore, type Parts } from "./parts.ts";
import { weights } from "./weights.ts";

/**
 * The candidates of each file, the one first that is to stand for it. `sorted`: all of them, best first. Chunks that change places also
 * change what speaks for them, so that the scores of a file stay what they were; `place` is the difference.
 */
export function orderInFiles(table: ChunkTable, sorted: readonly Parts[]): Parts[][] {
  const files = new Map<number, Parts[]>();
  for (const parts of sorted) {
    const position = table.entryPosition(parts.slot);
    const known = files.get(position);
    if (known === undefined) files.set(position, [parts]);
    else known.push(parts);
  }
  return [...files.values()].map((chunks) => order(table, chunks));
}

function order(table: ChunkTable, chunks: Parts[]): Parts[] {
  if (chunks.length === 1) return chunks;
  const scores = chunks.map(scoreInFile);
  const wanted = chunks.map((parts, index) => ({ parts, value: (scores[index] as number) + preference(table, parts) }));
  wanted.sort((a, b) => (a.value > b.value ? -1 : a.value < b.value ? 1 : 0));
  return wanted.map(({ parts }, index) => {
    if (parts !== chunks[index]) parts.place = (scores[index] as number) - scoreInFile(parts);
    return parts;
  });
}

/** All that differs between chunks of one file. */
function scoreInFile(parts: Parts): number {
  return ownScore(parts) + parts.neighbour + parts.reference;
}

function preference(table: ChunkTable, { slot }: Parts): number {
  const { kind } = table.describe(slot);
  if (functionKinds.has(kind)) return weights.preferences.ofFunctions;
  return plainKinds.has(kind) ? 0 : weights.preferences.ofOtherDefinitions;
}

const functionKinds: ReadonlySet<string> = new Set(["function", "method"]);
/** Of chunks that are no definition. */
const plainKinds: ReadonlySet<string> = new Set(["block", "window", "section"]);
