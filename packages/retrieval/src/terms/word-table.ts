// The words of texts, each with the hashes of its terms, found by their characters: nearly every word of a chunk was seen before, and making
// a string of it only to look it up costs more than all the rest of indexing its words. Flat arrays that only save time: `trim` bounds them.
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

  /** The word's number; `hash` is that of its characters. */
  find(text: string, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const word = (this.slots[slot] as number) - 1;
      if (word < 0) return this.add(text.slice(start, end), hash, slot);
      if (this.hashes[word] === hash && this.isEqual(word, text, start, end)) return word;
      slot = (slot + 1) & mask;
    }
  }

  /** Calls `visit` with the hash of each of the word's terms. */
  forEachTerm(word: number, visit: (hash: number) => void): void {
    const end = this.termStarts[word + 1] as number;
    for (let at = this.termStarts[word] as number; at < end; at += 1) visit(this.terms[at] as number);
  }

  /** Forgets all words once they are too many: their numbers mean nothing then. */
  trim(): void {
    if (this.words < maxWords) return;
    this.words = 0;
    this.slots.fill(0);
  }

  private isEqual(word: number, text: string, start: number, end: number): boolean {
    const from = this.starts[word] as number;
    if ((this.starts[word + 1] as number) - from !== end - start) return false;
    for (let index = 0; index < end - start; index += 1) {
      if (this.characters[from + index] !== text.charCodeAt(start + index)) return false;
    }
    return true;
  }

  private add(text: string, hash: number, slot: number): number {
    const word = this.words;
    const terms = computeTerms(text);
    const from = this.starts[word] as number;
    const termsFrom = this.termStarts[word] as number;
    this.reserve(word + 1, from + text.length, termsFrom + terms.length);
    for (let index = 0; index < text.length; index += 1) this.characters[from + index] = text.charCodeAt(index);
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
