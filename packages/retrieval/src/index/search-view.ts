// A set of entries that is searched together. Statistics (number of chunks, mean length, document frequencies) are those of the view,
// not of everything that happens to be in memory, so the same commit gives the same scores whatever else is loaded.
import type { ChunkTable, IndexedEntry } from "./chunk-table.ts";

export interface SearchView {
  readonly entryIds: readonly number[];
  /** Entries of the view that are in the index. */
  readonly files: number;
  readonly chunks: number;
}

/** A view in terms of one numbering of slots. */
export interface ResolvedView extends SearchView {
  readonly epoch: number;
  /** By slot: the chunk's weighted number of terms; infinite for one that the view does not show. */
  readonly lengths: Float32Array;
  /** Positions of the entries. */
  readonly entryPositions: Uint32Array;
  /** Ascending, with the slot of each. */
  readonly chunkIds: Int32Array;
  readonly chunkSlots: Uint32Array;
  /** Weighted terms of all its chunks. */
  readonly totalLength: number;
  readonly averageLength: number;
  /** Weighted terms of all the view's files over their number. */
  readonly averageFileLength: number;
  /** By hash of a term that was translated to: how many of the view's chunks hold it. As many as the embedder has translations, at most. */
  readonly translatedCounts: Map<number, number>;
}

export function resolveView(table: ChunkTable, entryIds: readonly number[], epoch: number): ResolvedView {
  const positions: number[] = [];
  for (const id of entryIds) {
    const position = table.positionOf(id);
    if (position !== undefined) positions.push(position);
  }
  const lengths = new Float32Array(table.slotCount).fill(Number.POSITIVE_INFINITY);
  const byChunkId: IndexedEntry[] = [];
  let chunks = 0;
  let isSorted = true;
  for (const position of positions) {
    const entry = table.entries[position] as IndexedEntry;
    isSorted &&= entry.firstChunkId >= (byChunkId.at(-1)?.firstChunkId ?? 0);
    byChunkId.push(entry);
    chunks += entry.chunkCount;
  }
  if (!isSorted) byChunkId.sort((a, b) => a.firstChunkId - b.firstChunkId);
  const chunkIds = new Int32Array(chunks);
  const chunkSlots = new Uint32Array(chunks);
  let at = 0;
  let totalLength = 0;
  for (const entry of byChunkId) {
    for (let index = 0; index < entry.chunkCount; index += 1) {
      const slot = entry.firstSlot + index;
      const length = table.lengths[slot] ?? 0;
      lengths[slot] = length;
      totalLength += length;
      chunkIds[at] = entry.firstChunkId + index;
      chunkSlots[at] = slot;
      at += 1;
    }
  }
  return {
    ...{ epoch, entryIds, lengths, chunkIds, chunkSlots, chunks, files: positions.length },
    entryPositions: Uint32Array.from(positions),
    translatedCounts: new Map(),
    ...{ totalLength, ...averages({ chunks, files: positions.length, totalLength }) },
  };
}

export function averages({
  chunks,
  files,
  totalLength,
}: Pick<ResolvedView, "chunks" | "files" | "totalLength">): Pick<ResolvedView, "averageLength" | "averageFileLength"> {
  return {
    averageLength: chunks === 0 ? 1 : Math.max(1, totalLength / chunks),
    averageFileLength: files === 0 ? 1 : Math.max(1, totalLength / files),
  };
}

/** Whether lengths of a view show the slot; not, when it was added after the view was made. */
export function isShown(lengths: Float32Array, slot: number): boolean {
  return (lengths[slot] ?? Number.POSITIVE_INFINITY) !== Number.POSITIVE_INFINITY;
}

/** What of a view is searched: its lengths, infinite for all else, and its chunk ids, ascending. */
export type SearchedPart = Pick<ResolvedView, "lengths" | "chunkIds">;

/** What of the view is under the prefix. */
export function restrictView(table: ChunkTable, view: ResolvedView, pathPrefix: string): SearchedPart {
  const lengths = new Float32Array(view.lengths.length).fill(Number.POSITIVE_INFINITY);
  const shown: IndexedEntry[] = [];
  let chunks = 0;
  for (const position of table.positionsUnder(pathPrefix)) {
    const entry = table.entries[position] as IndexedEntry;
    const { firstSlot, chunkCount } = entry;
    if (chunkCount === 0 || !isShown(view.lengths, firstSlot)) continue;
    lengths.set(view.lengths.subarray(firstSlot, firstSlot + chunkCount), firstSlot);
    shown.push(entry);
    chunks += chunkCount;
  }
  shown.sort((a, b) => a.firstChunkId - b.firstChunkId);
  const chunkIds = new Int32Array(chunks);
  let at = 0;
  for (const { firstChunkId, chunkCount } of shown)
    for (let index = 0; index < chunkCount; index += 1) chunkIds[at++] = firstChunkId + index;
  return { lengths, chunkIds };
}

/** The slot of a chunk of the view; undefined when the view does not show it. */
export function findSlot(view: ResolvedView, chunkId: number): number | undefined {
  let low = 0;
  let high = view.chunkIds.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = view.chunkIds[middle] ?? 0;
    if (found === chunkId) return view.chunkSlots[middle];
    if (found < chunkId) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
