// The words of texts, each with the hashes of its terms, found by their characters: nearly every word of a chunk was seen before, and making
// a string of it only to look it up costs more than all the rest of indexing its words. Flat arrays that only save time: `trim` bounds them.
import { TextCodes } from "@outpost/protocol";
import { isWordBeyondAscii, isWordCode, maxWordLength } from "./scan-words.ts";
import type { TermCounter } from "./term-counter.ts";
import { computeTerms } from "./word-terms.ts";

/** Words kept from one chunk to the next. */
const maxWords = 65_536;

export class WordTable {
  /** By word: its hash, and where its characters and its terms begin; one more entry ends the last. */
  private hashes = new Uint32Array(1024);
  private starts = new Uint32Array(1025);
  private termStarts = new Uint32Array(1025);
  private characters = new Uint16Array(8192);
  private terms = new Uint32Array(4096);
  /** Open addressing: word + 1, by hash. */
  private slots = new Int32Array(4096);
  private words = 0;
  private readonly codes = new TextCodes();

  /**
   * Adds the terms of each of the text's words to what is counted, each with this weight: the words that `scanWords` finds. All in one
   * function, since calls for each word and each character would cost more than the rest.
   */
  countTerms(text: string, counter: TermCounter, weight: number): void {
    const { length } = text;
    const units = this.codes.read(text);
    let index = 0;
    while (index < length) {
      let code = units[index] as number;
      if (code < 128 ? isWordCode[code] === 0 : !isWordBeyondAscii(code)) {
        index += 1;
        continue;
      }
      const start = index;
      let hash = 0x811c9dc5;
      do {
        hash = Math.imul(hash ^ code, 0x01000193);
        index += 1;
        code = index < length ? (units[index] as number) : 0;
      } while (code < 128 ? isWordCode[code] === 1 : isWordBeyondAscii(code));
      const characters = index - start;
      if (characters > maxWordLength) continue;
      hash = (hash ^ (hash >>> 15)) >>> 0;
      const word = this.find(text, start, characters, hash);
      const end = this.termStarts[word + 1] as number;
      for (let at = this.termStarts[word] as number; at < end; at += 1) counter.add(this.terms[at] as number, weight);
    }
  }

  /** The word's number, in the text that was read last; `hash` is that of its characters. */
  private find(text: string, start: number, characters: number, hash: number): number {
    const { slots, hashes, starts, characters: known } = this;
    const { units } = this.codes;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = (slots[slot] as number) - 1;
      if (word < 0) return this.add(text.slice(start, start + characters), start, hash, slot);
      const from = starts[word] as number;
      if (hashes[word] !== hash || (starts[word + 1] as number) - from !== characters) continue;
      let same = 0;
      while (same < characters && known[from + same] === units[start + same]) same += 1;
      if (same === characters) return word;
    }
  }

  /** Forgets all words once they are too many: their numbers mean nothing then. */
  trim(): void {
    if (this.words < maxWords) return;
    this.words = 0;
    this.slots.fill(0);
  }

  private add(text: string, start: number, hash: number, slot: number): number {
    const word = this.words;
    const terms = computeTerms(text);
    const from = this.starts[word] as number;
    const termsFrom = this.termStarts[word] as number;
    this.reserve(word + 1, from + text.length, termsFrom + terms.length);
    this.characters.set(this.codes.units.subarray(start, start + text.length), from);
    this.terms.set(terms, termsFrom);
    this.hashes[word] = hash;
    this.starts[word + 1] = from + text.length;
    this.termStarts[word + 1] = termsFrom + terms.length;
    this.slots[slot] = word + 1;
    this.words = word + 1;
    if (this.words * 2 > this.slots.length) this.rehash();
    return word;
  }

  private reserve(words: number, characters: number, terms: number): void {
    if (words >= this.hashes.length) {
      this.hashes = grown(this.hashes, new Uint32Array(words * 2));
      this.starts = grown(this.starts, new Uint32Array(words * 2 + 1));
      this.termStarts = grown(this.termStarts, new Uint32Array(words * 2 + 1));
    }
    if (characters > this.characters.length) this.characters = grown(this.characters, new Uint16Array(characters * 2));
    if (terms > this.terms.length) this.terms = grown(this.terms, new Uint32Array(terms * 2));
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let word = 0; word < this.words; word += 1) {
      let slot = (this.hashes[word] as number) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = word + 1;
    }
  }
}

function grown<Column extends Uint32Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
