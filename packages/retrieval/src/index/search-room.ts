// The memory that one search writes into. It belongs to a match until that is ranked and serves the next one then.
import type { ChunkTable } from "./chunk-table.ts";
import { LengthNorms } from "./length-norms.ts";
import { SlotScores } from "./slot-scores.ts";

/** For one BM25 of chunks. */
export interface ScoreRoom {
  found: SlotScores;
  norms: LengthNorms;
}

export interface SearchRoom {
  lexical: ScoreRoom;
  translated: ScoreRoom;
  /** By slot; for the numbers of candidates. */
  numbers: Uint32Array;
  /** By position of the entry: its BM25 as one text. */
  files: Float32Array;
  /** By position of the entry: what its path is worth. */
  paths: Float64Array;
  /** Of one term: the files that hold it, and how often. */
  positions: Uint32Array;
  occurrences: Uint32Array;
}

/** With some room more, for what an index that follows its source gets from one search to the next. */
export function createRoom({ slotCount: needed, entries }: ChunkTable): SearchRoom {
  const slotCount = Math.ceil(needed * slack);
  const files = Math.ceil(entries.length * slack);
  return {
    lexical: { found: new SlotScores(slotCount), norms: new LengthNorms(slotCount) },
    translated: { found: new SlotScores(slotCount), norms: new LengthNorms(slotCount) },
    numbers: new Uint32Array(slotCount),
    files: new Float32Array(files),
    paths: new Float64Array(files),
    positions: new Uint32Array(files),
    occurrences: new Uint32Array(files),
  };
}

const slack = 1.1;

/** Whether it holds what a search of the table writes. */
export function isRoomy(room: SearchRoom, { slotCount, entries }: ChunkTable): boolean {
  return room.numbers.length >= slotCount && room.files.length >= entries.length;
}

/** Makes it fit for the next search. The numbers are cleared by the candidates. */
export function clearRoom({ lexical, translated, files, paths }: SearchRoom): void {
  lexical.found.clear();
  translated.found.clear();
  files.fill(0);
  paths.fill(0);
}
