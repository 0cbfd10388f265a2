// Looks up which words code uses where people say a given one. Knows words by the hashes of their stems, as the postings do.
import type { WordTranslations } from "../ports/embedder.ts";
import { hashTerm } from "../terms/hash-term.ts";
import { stem } from "../terms/stem.ts";

export interface Translation {
  text: string;
  hash: number;
  probability: number;
}

export class TranslationTable {
  private readonly translations: WordTranslations;
  /** By hash of a source, where its rows begin. */
  private readonly starts = new Map<number, number>();
  /** By word, once it was asked for; 0 before. */
  private readonly hashes: Uint32Array;

  constructor(translations: WordTranslations) {
    this.translations = translations;
    const { sources, words } = translations;
    this.hashes = new Uint32Array(words.length);
    for (let row = 0; row < sources.length; row += 1) {
      if (row === 0 || sources[row] !== sources[row - 1]) this.starts.set(this.hashOf(sources[row] as number), row);
    }
  }

  /** Most probable first; empty for a word that is not known. */
  of(source: number): Translation[] {
    const start = this.starts.get(source);
    if (start === undefined) return [];
    const { words, sources, targets, strengths } = this.translations;
    const found: Translation[] = [];
    for (let row = start; sources[row] === sources[start] && row < sources.length; row += 1) {
      const target = targets[row] as number;
      const probability = ((strengths[row] as number) / 255) ** 2;
      found.push({ text: words[target] ?? "", hash: this.hashOf(target), probability });
    }
    return found;
  }

  private hashOf(word: number): number {
    const known = this.hashes[word] as number;
    if (known !== 0) return known;
    const hash = hashTerm(stem(this.translations.words[word] ?? ""));
    this.hashes[word] = hash;
    return hash;
  }
}
