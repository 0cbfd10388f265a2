// Finds the words of a text: maximal runs of letters, digits and "_". Written over char codes because indexing spends its time here.

const isWordCode = createAsciiTable();

/** Calls `visit` with every word, in order, with repeats. Words of more than `maxWordLength` characters are no words (data, hashes). */
export function scanWords(text: string, visit: (word: string) => void): void {
  scanWordRanges(text, (start, end) => visit(text.slice(start, end)));
}

/** The same with where each word stands, half-open, and a hash of its characters: for who need not have it as a string. */
export function scanWordRanges(text: string, visit: (start: number, end: number, hash: number) => void): void {
  const { length } = text;
  let index = 0;
  while (index < length) {
    let code = text.charCodeAt(index);
    if (!isWord(code)) {
      index += 1;
      continue;
    }
    const start = index;
    let hash = 0x811c9dc5;
    do {
      hash = Math.imul(hash ^ code, 0x01000193);
      index += 1;
      code = index < length ? text.charCodeAt(index) : 0;
    } while (isWord(code));
    if (index - start <= maxWordLength) visit(start, index, (hash ^ (hash >>> 15)) >>> 0);
  }
}

const maxWordLength = 64;

function isWord(code: number): boolean {
  if (code < 128) return isWordCode[code] === 1;
  // Beyond ASCII everything from the Latin letters on counts, except the punctuation and symbol blocks that occur in code and comments.
  return (
    code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && !(code >= 0x2000 && code <= 0x2bff) && !isWidePunctuation(code)
  );
}

function isWidePunctuation(code: number): boolean {
  return (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f) || code >= 0xfff0;
}

function createAsciiTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") {
    table[character.charCodeAt(0)] = 1;
  }
  return table;
}
