// What a query asks of every file, in flat columns by position: asking the records of thousands of files costs more than the query.
import { type PathKind, pathKindNames } from "../query/path-kind.ts";

export interface FileRecord {
  path: string;
  length: number;
  kinds: readonly PathKind[];
  words: { stem: readonly number[]; parent: readonly number[] };
}

export class FileColumns {
  /** Weighted number of terms of all chunks. */
  lengths = new Uint32Array(256);
  /** The kinds of its path, a bit each, in the order of `pathKindNames`. */
  kindBits = new Uint16Array(256);
  /** By number of a word: the positions of the files that have it in their path, ascending. */
  private readonly byWord: number[][] = [];
  /** The same by the last part of the path. */
  private readonly byName = new Map<string, number[]>();
  private count = 0;

  /** Positions count up from 0. */
  add({ path, length, kinds, words }: FileRecord): void {
    const position = this.count++;
    this.reserve(position + 1);
    this.lengths[position] = length;
    this.kindBits[position] = kinds.reduce((bits, kind) => bits | (1 << pathKindNames.indexOf(kind)), 0);
    for (const word of new Set([...words.stem, ...words.parent])) {
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

  private reserve(files: number): void {
    if (files > this.lengths.length) {
      this.lengths = grown(this.lengths, new Uint32Array(files * 2));
      this.kindBits = grown(this.kindBits, new Uint16Array(files * 2));
    }
  }
}

function grown<Column extends Uint32Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
