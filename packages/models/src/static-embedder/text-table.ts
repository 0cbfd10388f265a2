// Short texts by number, found by their characters (UTF-16 code units) where they stand in a longer text: no string is made to look one up.
// Flat arrays.

import { TextCodes } from "@outpost/protocol";

/** FNV-1a over UTF-16 code units: begin with `hashSeed`, take one code at a time. */
export const hashSeed = 0x811c9dc5;

export function hashCode(hash: number, code: number): number {
  return Math.imul(hash ^ code, hashFactor);
}
export const hashFactor = 0x01000193;

export class TextTable {
  /** By number: the hash, and where the characters begin; one more start ends the last. */
  private hashes = new Int32Array(1024);
  private starts = new Uint32Array(1025);
  private characters = new Uint16Array(8192);
  /** Open addressing: number + 1, by hash. */
  private slots = new Int32Array(4096);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Of all texts together. */
  get characterCount(): number {
    return this.starts[this.count] as number;
  }

  /** The number of the characters from `start` up to `end`, whose hash is given; -1 when they are not there. */
  find(text: Uint16Array, start: number, end: number, hash: number): number {
    const { slots, hashes, starts, characters } = this;
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] as number) - 1;
      if (number < 0) return number;
      const from = starts[number] as number;
      if (hashes[number] !== hash || (starts[number + 1] as number) - from !== end - start) continue;
      let at = start;
      while (at < end && characters[from + at - start] === text[at]) at += 1;
      if (at === end) return number;
    }
  }

  /** For an empty table: the texts by their place. At once, since a process that embeds little spends most of its time here. */
  fill(texts: readonly string[]): void {
    const whole = texts.join("");
    const codes = new TextCodes();
    this.characters = codes.read(whole).slice(0, Math.max(whole.length, 1));
    this.hashes = new Int32Array(texts.length + 1);
    this.starts = new Uint32Array(texts.length + 2);
    const { characters, hashes, starts } = this;
    let slots = this.slots.length;
    while (slots < texts.length * 2) slots *= 2;
    let at = 0;
    for (let number = 0; number < texts.length; number += 1) {
      const end = at + (texts[number] as string).length;
      let hash = hashSeed;
      for (; at < end; at += 1) hash = Math.imul(hash ^ (characters[at] as number), hashFactor);
      hashes[number] = hash;
      starts[number + 1] = end;
    }
    this.count = texts.length;
    this.spreadAll(new Int32Array(slots));
  }

  /** What is not there yet gets the next number. */
  add(text: Uint16Array, start: number, end: number, hash: number): void {
    const number = this.count;
    const from = this.starts[number] as number;
    this.reserve(number + 1, from + end - start);
    this.characters.set(text.subarray(start, end), from);
    this.hashes[number] = hash;
    this.starts[number + 1] = from + end - start;
    this.count = number + 1;
    if (this.count * 2 > this.slots.length) this.spreadAll(new Int32Array(this.slots.length * 2));
    else this.take(number);
  }

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  private take(number: number): void {
    const mask = this.slots.length - 1;
    let slot = spread(this.hashes[number] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = number + 1;
  }

  private spreadAll(slots: Int32Array<ArrayBuffer>): void {
    this.slots = slots;
    for (let number = 0; number < this.count; number += 1) this.take(number);
  }

  private reserve(texts: number, characters: number): void {
    if (texts >= this.hashes.length) {
      this.hashes = grown(this.hashes, new Int32Array(texts * 2));
      this.starts = grown(this.starts, new Uint32Array(texts * 2 + 1));
    }
    if (characters > this.characters.length) this.characters = grown(this.characters, new Uint16Array(characters * 2));
  }
}

/** The upper bits of such a hash are better than the lower ones. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function grown<Column extends Int32Array | Uint32Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** The hash of the characters from `start` up to `end`. */
export function hashText(text: Uint16Array, start: number, end: number): number {
  let hash = hashSeed;
  for (let index = start; index < end; index += 1) hash = hashCode(hash, text[index] as number);
  return hash;
}
