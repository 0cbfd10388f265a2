// A view with a few of its files changed, made out of the one before: what stays is copied as a whole and not looked at, so that a change
// costs what changed. Equal to a view made of the same entries anew, but for the order of its entries, which says nothing.
import type { ChunkTable, IndexedEntry } from "./chunk-table.ts";
import { averages, type ResolvedView } from "./search-view.ts";

export interface ChangedView {
  view: ResolvedView;
  /** Ids of the entries that it shows no more. */
  gone: number[];
}

/** `changes`: path → id of the entry that is shown there now; null for none. An entry that is not in the table is left out. */
export function changeView(
  table: ChunkTable,
  before: ResolvedView,
  changes: ReadonlyMap<string, number | null>,
): ChangedView {
  const entryIds = before.entryIds.slice();
  const positions = Array.from(before.entryPositions);
  const gone: IndexedEntry[] = [];
  const added: IndexedEntry[] = [];
  for (const [path, entryId] of changes) {
    const old = table.positionsAt(path).find((position) => positions.includes(position));
    const fresh = entryId === null ? undefined : table.positionOf(entryId);
    if (old === fresh) continue;
    const oldEntry = entryOf(table, old);
    const freshEntry = entryOf(table, fresh);
    exchange(positions, old, fresh);
    exchange(entryIds, oldEntry?.entryId, freshEntry?.entryId);
    if (oldEntry !== undefined) gone.push(oldEntry);
    if (freshEntry !== undefined) added.push(freshEntry);
  }
  const chunks = before.chunks - countChunks(gone) + countChunks(added);
  const totalLength = before.totalLength - sumLengths(gone) + sumLengths(added);
  const view = {
    ...{ epoch: before.epoch, entryIds, entryPositions: Uint32Array.from(positions), files: positions.length },
    ...{ chunks, totalLength, ...averages({ chunks, files: positions.length, totalLength }) },
    ...{ lengths: changeLengths(table, before, gone, added), ...spliceChunks(before, chunks, gone, added) },
    translatedCounts: new Map<number, number>(),
  };
  return { view, gone: gone.map(({ entryId }) => entryId) };
}

function entryOf(table: ChunkTable, position: number | undefined): IndexedEntry | undefined {
  return position === undefined ? undefined : table.entries[position];
}

/** Undefined: nothing was there, or nothing comes. */
function exchange(numbers: number[], old: number | undefined, fresh: number | undefined): void {
  const at = old === undefined ? -1 : numbers.indexOf(old);
  if (at === -1) {
    if (fresh !== undefined) numbers.push(fresh);
    return;
  }
  const taken = fresh ?? (numbers.pop() as number);
  if (at < numbers.length) numbers[at] = taken;
}

function countChunks(entries: readonly IndexedEntry[]): number {
  return entries.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
}

function sumLengths(entries: readonly IndexedEntry[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

function changeLengths(
  table: ChunkTable,
  before: ResolvedView,
  gone: readonly IndexedEntry[],
  added: readonly IndexedEntry[],
): Float32Array {
  const lengths = new Float32Array(table.slotCount).fill(Number.POSITIVE_INFINITY, before.lengths.length);
  lengths.set(before.lengths);
  for (const { firstSlot, chunkCount } of gone)
    lengths.fill(Number.POSITIVE_INFINITY, firstSlot, firstSlot + chunkCount);
  for (const { firstSlot, chunkCount } of added)
    lengths.set(table.lengths.subarray(firstSlot, firstSlot + chunkCount), firstSlot);
  return lengths;
}

/** Chunk ids of an entry follow each other, and no two entries have the same; one without chunks has the first of another. */
function spliceChunks(
  before: ResolvedView,
  chunks: number,
  gone: readonly IndexedEntry[],
  added: readonly IndexedEntry[],
): Pick<ResolvedView, "chunkIds" | "chunkSlots"> {
  const chunkIds = new Int32Array(chunks);
  const chunkSlots = new Uint32Array(chunks);
  const cuts = [
    ...gone.map((entry) => ({ entry, isAdded: false })),
    ...added.map((entry) => ({ entry, isAdded: true })),
  ].filter(({ entry }) => entry.chunkCount > 0);
  cuts.sort((a, b) => a.entry.firstChunkId - b.entry.firstChunkId);
  let from = 0;
  let to = 0;
  const copyUntil = (end: number) => {
    chunkIds.set(before.chunkIds.subarray(from, end), to);
    chunkSlots.set(before.chunkSlots.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const { entry, isAdded } of cuts) {
    const { firstChunkId, firstSlot, chunkCount } = entry;
    copyUntil(lowerBound(before.chunkIds, firstChunkId));
    if (!isAdded) from += chunkCount;
    for (let index = 0; isAdded && index < chunkCount; index += 1) {
      chunkIds[to] = firstChunkId + index;
      chunkSlots[to] = firstSlot + index;
      to += 1;
    }
  }
  copyUntil(before.chunks);
  return { chunkIds, chunkSlots };
}

/** Of ascending numbers: how many are below it. */
function lowerBound(numbers: Int32Array, number: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
