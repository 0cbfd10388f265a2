// Cuts text into the ids of the static model's vocabulary: runs of ASCII letters or digits, split between lower and upper case, lower
// case, and unknown words into the most probable known pieces. The model was trained on exactly these ids: a change here needs another
// model. Knows nothing of vectors.

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
const memoEntries = 200_000;

export interface Vocabulary {
  /** By id. */
  tokens: readonly string[];
  /** Log-probability of each, for segmentation. */
  logProbabilities: readonly number[];
}

export class Tokenizer {
  private readonly ids: Map<string, number>;
  private readonly logProbabilities: Float64Array;
  /** From a run as it stands in the text to its ids. Bounded; it only saves time. */
  private readonly memo = new Map<string, Int32Array>();

  constructor({ tokens, logProbabilities }: Vocabulary) {
    this.ids = new Map(tokens.map((token, id) => [token, id]));
    this.logProbabilities = Float64Array.from(logProbabilities);
  }

  /** Calls `visit` with the ids of each run, in order. */
  forEachRun(text: string, visit: (ids: Int32Array) => void): void {
    const { length } = text;
    let index = 0;
    while (index < length) {
      const kind = classOf(text.charCodeAt(index));
      if (kind === 0) {
        index += 1;
        continue;
      }
      const start = index;
      index += 1;
      if (kind === digit) while (index < length && classOf(text.charCodeAt(index)) === digit) index += 1;
      else while (index < length && isLetter(classOf(text.charCodeAt(index)))) index += 1;
      visit(this.runIds(text.slice(start, index)));
    }
  }

  private runIds(run: string): Int32Array {
    const known = this.memo.get(run);
    if (known !== undefined) return known;
    const ids = Int32Array.from(splitRun(run).flatMap((word) => this.wordIds(word)));
    if (this.memo.size >= memoEntries) this.memo.clear();
    this.memo.set(run, ids);
    return ids;
  }

  private wordIds(word: string): number[] {
    const known = this.ids.get(word);
    if (known !== undefined) return [known];
    if (classOf(word.charCodeAt(0)) !== digit) return this.segment(word.slice(0, maxSegmentedWord));
    const stand = this.ids.get(word.length < longNumberDigits ? "<num>" : "<long>");
    return stand === undefined ? [] : [stand];
  }

  /** The most probable cut into known pieces (Viterbi over a unigram model); empty when there is none. */
  private segment(word: string): number[] {
    const best = new Float64Array(word.length + 1).fill(Number.NEGATIVE_INFINITY);
    const cuts = new Int32Array(word.length + 1);
    best[0] = 0;
    for (let end = 1; end <= word.length; end += 1) {
      for (let start = Math.max(0, end - maxPiece); start < end; start += 1) {
        const id = this.ids.get(word.slice(start, end));
        if (id === undefined) continue;
        const score = (best[start] as number) + (this.logProbabilities[id] as number) - piecePenalty;
        if (score > (best[end] as number)) {
          best[end] = score;
          cuts[end] = start;
        }
      }
    }
    if (best[word.length] === Number.NEGATIVE_INFINITY) return [];
    const ids: number[] = [];
    for (let end = word.length; end > 0; end = cuts[end] as number) {
      ids.push(this.ids.get(word.slice(cuts[end], end)) as number);
    }
    return ids.reverse();
  }
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

function isLetter(kind: number): boolean {
  return kind === lowerCase || kind === upperCase;
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
