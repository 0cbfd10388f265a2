// Finds the words of a text: maximal runs of letters, digits and "_". Written over char codes because indexing spends its time here.

/** By code of ASCII: 1 for what words are made of. */
export const isWordCode: Readonly<Uint8Array> = createAsciiTable();

/** Calls `visit` with every word, in order, with repeats. Words of more than `maxWordLength` characters are no words (data, hashes). */
export function scanWords(text: string, visit: (word: string) => void): void {
  const { length } = text;
  let index = 0;
  while (index < length) {
    if (!isWord(text.charCodeAt(index))) {
      index += 1;
      continue;
    }
    const start = index;
    do index += 1;
    while (index < length && isWord(text.charCodeAt(index)));
    if (index - start <= maxWordLength) visit(text.slice(start, index));
  }
}

export const maxWordLength = 64;

function isWord(code: number): boolean {
  return code < 128 ? isWordCode[code] === 1 : isWordBeyondAscii(code);
}

/** Everything from the Latin letters on counts, except the punctuation and symbol blocks that occur in code and comments. */
export function isWordBeyondAscii(code: number): boolean {
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
