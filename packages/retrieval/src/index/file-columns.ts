// What a query asks of every file, in flat columns by position: asking the records of thousands of files costs more than the query.
import { type PathKind, pathKindNames } from "../query/path-kind.ts";

export interface FileRecord {
  path: string;
  length: number;
  kinds: readonly PathKind[];
  /** Numbers of the words of its path. */
  stem: readonly number[];
  parent: readonly number[];
}

export class FileColumns {
  /** Weighted number of terms of all chunks. */
  lengths = new Uint32Array(256);
  /** The kinds of its path, a bit each, in the order of `pathKindNames`. */
  kindBits = new Uint16Array(256);
  /** By position: where the numbers of its path's words begin, those of the stem first; one more entry ends the last. */
  wordStarts = new Uint32Array(257);
  stemCounts = new Uint8Array(256);
  words = new Uint32Array(2048);
  /** By number of a word: the positions of the files that have it in their path, ascending. */
  private readonly byWord: number[][] = [];
  /** The same by the last part of the path. */
  private readonly byName = new Map<string, number[]>();
  private count = 0;

  /** Positions count up from 0. */
  add({ path, length, kinds, stem, parent }: FileRecord): void {
    const position = this.count++;
    const start = this.wordStarts[position] as number;
    const end = start + stem.length + parent.length;
    this.reserve(position + 1, end);
    this.words.set(stem, start);
    this.words.set(parent, start + stem.length);
    this.stemCounts[position] = stem.length;
    this.wordStarts[position + 1] = end;
    this.lengths[position] = length;
    this.kindBits[position] = kinds.reduce((bits, kind) => bits | (1 << pathKindNames.indexOf(kind)), 0);
    for (const word of new Set([...stem, ...parent])) {
      const positions = this.byWord[word];
      if (positions === undefined) this.byWord[word] = [position];
      else positions.push(position);
    }
    const name = path.slice(path.lastIndexOf("/") + 1);
    const namesakes = this.byName.get(name);
    if (namesakes === undefined) this.byName.set(name, [position]);
    else namesakes.push(position);
  }

  positionsOf(word: number): readonly number[] {
    return this.byWord[word] ?? [];
  }

  /** The positions of the files of this name, ascending. */
  positionsNamed(name: string): readonly number[] {
    return this.byName.get(name) ?? [];
  }

  clear(): void {
    this.count = 0;
    this.byName.clear();
    this.byWord.length = 0;
  }

  private reserve(files: number, words: number): void {
    if (files > this.lengths.length) {
      this.lengths = grown(this.lengths, new Uint32Array(files * 2));
      this.kindBits = grown(this.kindBits, new Uint16Array(files * 2));
      this.wordStarts = grown(this.wordStarts, new Uint32Array(files * 2 + 1));
      this.stemCounts = grown(this.stemCounts, new Uint8Array(files * 2));
    }
    if (words > this.words.length) this.words = grown(this.words, new Uint32Array(words * 2));
  }
}

function grown<Column extends Uint32Array | Uint16Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
