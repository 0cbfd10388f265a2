// What a query asks of every file, in flat columns by position: asking the records of thousands of files costs more than the query.
import { type PathKind, pathKindNames } from "../query/path-kind.ts";

export interface FileRecord {
  length: number;
  kinds: readonly PathKind[];
  words: { stem: readonly number[]; parent: readonly number[] };
}

export class FileColumns {
  /** Weighted number of terms of all chunks. */
  lengths = new Uint32Array(256);
  /** The kinds of its path, a bit each, in the order of `pathKindNames`. */
  kindBits = new Uint16Array(256);
  /** The words of its path, by number: from `wordStarts[position]` up to the next one's start. */
  wordStarts = new Uint32Array(257);
  wordIds = new Uint32Array(1024);
  private count = 0;

  /** Positions count up from 0. */
  add({ length, kinds, words }: FileRecord): void {
    const position = this.count++;
    const start = this.wordStarts[position] as number;
    const end = start + words.stem.length + words.parent.length;
    this.reserve(position + 1, end);
    this.lengths[position] = length;
    this.kindBits[position] = kinds.reduce((bits, kind) => bits | (1 << pathKindNames.indexOf(kind)), 0);
    this.wordIds.set(words.stem, start);
    this.wordIds.set(words.parent, start + words.stem.length);
    this.wordStarts[position + 1] = end;
  }

  clear(): void {
    this.count = 0;
  }

  private reserve(files: number, words: number): void {
    if (files > this.lengths.length) {
      this.lengths = grown(this.lengths, new Uint32Array(files * 2));
      this.kindBits = grown(this.kindBits, new Uint16Array(files * 2));
      this.wordStarts = grown(this.wordStarts, new Uint32Array(files * 2 + 1));
    }
    if (words > this.wordIds.length) this.wordIds = grown(this.wordIds, new Uint32Array(words * 2));
  }
}

function grown<Column extends Uint32Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
