// What is kept of every chunk and entry in memory: flat columns by slot (a chunk's position here), a record by entry. Texts, term lists
// and vectors are elsewhere. Removed entries stay as tombstones until `compact` renumbers everything.
import type { LoadedEntry } from "../ports/catalog.ts";
import { type PathKind, pathKinds } from "../query/path-kind.ts";
import { weights } from "../ranking/weights.ts";
import { pathWords } from "../terms/path-words.ts";
import { FileColumns } from "./file-columns.ts";
import { PathVocabulary } from "./path-vocabulary.ts";
import { SortedPaths } from "./sorted-paths.ts";
import { SymbolColumn } from "./symbol-column.ts";

export interface IndexedEntry {
  entryId: number;
  path: string;
  blob: string;
  language: string;
  firstChunkId: number;
  firstSlot: number;
  chunkCount: number;
  kinds: readonly PathKind[];
  /** Weighted number of terms of all its chunks. */
  length: number;
  isRemoved: boolean;
}

export interface DescribedChunk {
  startLine: number;
  endLine: number;
  kind: string;
  symbol: string | null;
  /** The innermost definition around a chunk without a symbol; null where there is none. */
  within: string | null;
}

export class ChunkTable {
  entries: IndexedEntry[] = [];
  slotCount = 0;
  removedSlots = 0;
  readonly pathVocabulary = new PathVocabulary();
  readonly files = new FileColumns();
  /** By slot; larger than the number of slots, like all columns, and another array after an addition. */
  entryBySlot = new Uint32Array(1024);
  private startLines = new Uint32Array(1024);
  private endLines = new Uint32Array(1024);
  /** Weighted number of terms, for length normalization. */
  lengths = new Uint32Array(1024);
  private kinds = new Uint8Array(1024);
  readonly symbols = new SymbolColumn();
  /** Of chunks without a symbol: the innermost definition around them. */
  private readonly around = new SymbolColumn();
  private readonly kindNames: string[] = [];
  private readonly positions = new Map<number, number>();
  private readonly sortedPaths = new SortedPaths();

  has(entryId: number): boolean {
    return this.positions.has(entryId);
  }

  positionOf(entryId: number): number | undefined {
    return this.positions.get(entryId);
  }

  /** Those of the entries of this path, removed ones included. */
  positionsAt(path: string): number[] {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return this.files.positionsNamed(name).filter((position) => this.entries[position]?.path === path);
  }

  /** Those of the entries whose path begins so, removed ones included. */
  positionsUnder(pathPrefix: string): number[] {
    return this.sortedPaths.under(pathPrefix, this.entries);
  }

  add(entry: LoadedEntry): IndexedEntry {
    const position = this.entries.length;
    const { entryId, path, blob, language, firstChunkId, chunks } = entry;
    const added: IndexedEntry = {
      ...{ entryId, path, blob, language, firstChunkId, firstSlot: this.slotCount, chunkCount: chunks.length },
      ...{ kinds: kindsOf(path, chunks.length), isRemoved: false },
      length: 0,
    };
    this.entries.push(added);
    this.positions.set(entryId, position);
    this.reserve(this.slotCount + chunks.length);
    for (const [index, chunk] of chunks.entries()) {
      const slot = this.slotCount + index;
      this.entryBySlot[slot] = position;
      this.startLines[slot] = chunk.startLine;
      this.endLines[slot] = chunk.endLine;
      this.lengths[slot] = entry.terms[index]?.frequencies.reduce((sum, frequency) => sum + frequency, 0) ?? 0;
      added.length += this.lengths[slot] ?? 0;
      this.kinds[slot] = this.kindNumber(chunk.kind);
      this.symbols.set(slot, chunk.symbol);
      this.around.set(slot, chunk.symbol === null ? (chunk.scope.at(-1) ?? null) : null);
    }
    this.slotCount += chunks.length;
    this.addFile(added);
    return added;
  }

  remove(entryId: number): void {
    const entry = this.entries[this.positions.get(entryId) ?? -1];
    if (entry === undefined) return;
    entry.isRemoved = true;
    this.removedSlots += entry.chunkCount;
    this.positions.delete(entryId);
  }

  /** Drops what was removed and renumbers the rest; returns the new slot of every old one, -1 for those that are gone. */
  compact(): Int32Array {
    const renumber = new Int32Array(this.slotCount).fill(-1);
    const kept = this.entries.filter((entry) => !entry.isRemoved);
    let next = 0;
    this.positions.clear();
    this.files.clear();
    this.sortedPaths.clear();
    for (const [position, entry] of kept.entries()) {
      this.positions.set(entry.entryId, position);
      this.addFile(entry);
      const from = entry.firstSlot;
      entry.firstSlot = next;
      for (let slot = from; slot < from + entry.chunkCount; slot += 1) {
        renumber[slot] = next;
        this.moveSlot(slot, next, position);
        next += 1;
      }
    }
    this.entries = kept;
    this.symbols.compact(renumber);
    this.around.compact(renumber);
    this.slotCount = next;
    this.removedSlots = 0;
    return renumber;
  }

  entryPosition(slot: number): number {
    return this.entryBySlot[slot] ?? 0;
  }

  entryAt(slot: number): IndexedEntry {
    const entry = this.entries[this.entryPosition(slot)];
    if (entry === undefined) throw new RangeError(`slot ${slot} has no entry`);
    return entry;
  }

  chunkIdOf(slot: number): number {
    const entry = this.entryAt(slot);
    return entry.firstChunkId + slot - entry.firstSlot;
  }

  describe(slot: number): DescribedChunk {
    return {
      startLine: this.startLines[slot] ?? 0,
      endLine: this.endLines[slot] ?? 0,
      kind: this.kindNames[this.kinds[slot] ?? 0] ?? "block",
      symbol: this.symbols.nameOf(slot),
      within: this.around.nameOf(slot),
    };
  }

  private addFile({ path, length, kinds }: IndexedEntry): void {
    const { stem, parent } = pathWords(path);
    const numbers = (words: string[]) => words.map((word) => this.pathVocabulary.idOf(word));
    this.files.add({ path, length, kinds, stem: numbers(stem), parent: numbers(parent) });
  }

  private moveSlot(from: number, to: number, position: number): void {
    this.entryBySlot[to] = position;
    this.startLines[to] = this.startLines[from] ?? 0;
    this.endLines[to] = this.endLines[from] ?? 0;
    this.lengths[to] = this.lengths[from] ?? 0;
    this.kinds[to] = this.kinds[from] ?? 0;
  }

  private kindNumber(kind: string): number {
    const known = this.kindNames.indexOf(kind);
    if (known !== -1) return known;
    // The kinds of all grammars together are far fewer than the column can hold; a stray one past that shares the last number.
    if (this.kindNames.length < 256) this.kindNames.push(kind);
    return this.kindNames.length - 1;
  }

  private reserve(slots: number): void {
    if (slots <= this.lengths.length) return;
    const capacity = Math.max(slots, Math.ceil(this.lengths.length * 1.5));
    this.entryBySlot = grow(this.entryBySlot, new Uint32Array(capacity));
    this.startLines = grow(this.startLines, new Uint32Array(capacity));
    this.endLines = grow(this.endLines, new Uint32Array(capacity));
    this.lengths = grow(this.lengths, new Uint32Array(capacity));
    this.kinds = grow(this.kinds, new Uint8Array(capacity));
  }
}

/** A file named like a barrel that holds much is code of its own. */
function kindsOf(path: string, chunks: number): PathKind[] {
  return pathKinds(path).filter((kind) => kind !== "barrel" || chunks <= weights.maxBarrelChunks);
}

function grow<T extends Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
