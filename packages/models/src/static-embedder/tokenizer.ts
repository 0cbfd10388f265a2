// Cuts text into the ids of the static model's vocabulary: runs of ASCII letters or digits, split between lower and upper case, lower
// case, and unknown words into the most probable known pieces. The model was trained on exactly these ids: a change here needs another
// model. Knows nothing of vectors.

import { TextCodes } from "@outpost/protocol";
import { hashCode, hashFactor, hashSeed, hashText, TextTable } from "./text-table.ts";

const lowerCase = 1;
const upperCase = 2;
const digit = 3;
const characterClass = createClasses();

/** Words are cut to this before they are looked for in pieces; the pieces of the vocabulary are at most `maxPiece` long. */
const maxSegmentedWord = 40;
const maxPiece = 16;
/** Added for every piece, so that fewer, longer ones win. */
const piecePenalty = 2;
/** From this many digits on a number is a long one. */
const longNumberDigits = 12;
/** Runs that are remembered, and how many characters of them: a text of letters only is one run, however long it is. */
const memoRuns = 200_000;
const memoCharacters = 4_000_000;

export interface Vocabulary {
  /** By id. */
  tokens: readonly string[];
  /** Log-probability of each, for segmentation. */
  logProbabilities: readonly number[];
}

export class Tokenizer {
  /** The tokens, numbered by their ids. */
  private readonly vocabulary = new TextTable();
  private readonly logProbabilities: Float64Array;
  /** The runs as they stand in texts, and the ids of each: `ids[idStarts[run]]` up to the next one's start. They only save time. */
  private readonly runs = new TextTable();
  private idStarts = new Uint32Array(1025);
  private ids = new Int32Array(4096);
  /** What is read now: a text, and a word of it. */
  private readonly text = new TextCodes();
  private readonly word = new TextCodes();
  private readonly best = new Float64Array(maxSegmentedWord + 1);
  private readonly cuts = new Int32Array(maxSegmentedWord + 1);
  private readonly pieces = new Int32Array(maxSegmentedWord + 1);

  constructor({ tokens, logProbabilities }: Vocabulary) {
    this.vocabulary.fill(tokens);
    this.logProbabilities = Float64Array.from(logProbabilities);
  }

  /** Calls `visit` with the ids of each run, in order: `ids` from `from` up to `to`. */
  forEachRun(text: string, visit: (ids: Int32Array, from: number, to: number) => void): void {
    const { length } = text;
    const units = this.text.read(text);
    let index = 0;
    while (index < length) {
      let code = units[index] as number;
      const kind = code < 128 ? (characterClass[code] as number) : 0;
      if (kind === 0) {
        index += 1;
        continue;
      }
      const start = index;
      let hash = hashSeed;
      let next = kind;
      do {
        hash = Math.imul(hash ^ code, hashFactor);
        index += 1;
        code = index < length ? (units[index] as number) : 0;
        next = code < 128 ? (characterClass[code] as number) : 0;
      } while (kind === digit ? next === digit : next === lowerCase || next === upperCase);
      let run = this.runs.find(units, start, index, hash);
      if (run < 0) run = this.addRun(text, start, index, hash);
      visit(this.ids, this.idStarts[run] as number, this.idStarts[run + 1] as number);
    }
  }

  private addRun(text: string, start: number, end: number, hash: number): number {
    if (this.runs.size >= memoRuns || this.runs.characterCount + end - start > memoCharacters) this.runs.clear();
    const run = this.runs.size;
    const ids = splitRun(text.slice(start, end)).flatMap((word) => this.wordIds(word));
    this.runs.add(this.text.units, start, end, hash);
    const from = this.idStarts[run] as number;
    if (run + 1 >= this.idStarts.length) this.idStarts = grown(this.idStarts, new Uint32Array(run * 2 + 2));
    if (from + ids.length > this.ids.length) this.ids = grown(this.ids, new Int32Array((from + ids.length) * 2));
    this.ids.set(ids, from);
    this.idStarts[run + 1] = from + ids.length;
    return run;
  }

  private wordIds(word: string): number[] {
    const known = this.idOf(word);
    if (known >= 0) return [known];
    if (classOf(word.charCodeAt(0)) !== digit) return this.segment(word);
    const stand = this.idOf(word.length < longNumberDigits ? "<num>" : "<long>");
    return stand < 0 ? [] : [stand];
  }

  private idOf(word: string): number {
    const units = this.word.read(word);
    return this.vocabulary.find(units, 0, word.length, hashText(units, 0, word.length));
  }

  /** The most probable cut into known pieces (Viterbi over a unigram model); empty when there is none. */
  private segment(word: string): number[] {
    const { best, cuts, pieces } = this;
    const units = this.word.read(word);
    const length = Math.min(word.length, maxSegmentedWord);
    best.fill(Number.NEGATIVE_INFINITY);
    best[0] = 0;
    for (let start = 0; start < length; start += 1) {
      const before = best[start] as number;
      if (before === Number.NEGATIVE_INFINITY) continue;
      const furthest = Math.min(length, start + maxPiece);
      let hash = hashSeed;
      for (let end = start + 1; end <= furthest; end += 1) {
        hash = hashCode(hash, units[end - 1] as number);
        const id = this.vocabulary.find(units, start, end, hash);
        if (id < 0) continue;
        const score = before + (this.logProbabilities[id] as number) - piecePenalty;
        if (score <= (best[end] as number)) continue;
        best[end] = score;
        cuts[end] = start;
        pieces[end] = id;
      }
    }
    if (best[length] === Number.NEGATIVE_INFINITY) return [];
    const ids: number[] = [];
    for (let end = length; end > 0; end = cuts[end] as number) ids.push(pieces[end] as number);
    return ids.reverse();
  }
}

function grown<Column extends Int32Array | Uint32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** Lower-case words of a run: cut before a capital that follows a small letter or comes before one. "URLs" and the like are one word. */
function splitRun(run: string): string[] {
  const lower = run.toLowerCase();
  if (lower === run) return [run];
  if (/^[A-Z]{2,}s$/.test(run)) return [lower];
  const words: string[] = [];
  let start = 0;
  for (let index = 1; index < run.length; index += 1) {
    const isCapital = classOf(run.charCodeAt(index)) === upperCase;
    const besideSmall =
      classOf(run.charCodeAt(index - 1)) === lowerCase || classOf(run.charCodeAt(index + 1)) === lowerCase;
    if (!isCapital || !besideSmall) continue;
    words.push(lower.slice(start, index));
    start = index;
  }
  return [...words, lower.slice(start)];
}

function classOf(code: number): number {
  return code < 128 ? (characterClass[code] as number) : 0;
}

function createClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let offset = 0; offset < 26; offset += 1) {
    classes[97 + offset] = lowerCase;
    classes[65 + offset] = upperCase;
  }
  classes.fill(digit, 48, 58);
  return classes;
}
