// Splits one word of code or prose into its parts: at "_", between lower and upper case, before the last capital of a run
// ("HTTPServer" → http, server), and runs of East Asian script into overlapping pairs, since those have no spaces.
// Digits stay with the letters before them ("sha256", "utf8").

const boundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+/u;
const eastAsian = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
const onlyLowerCaseAscii = /^[a-z0-9]+$/;
const onlyAscii = /^[\x00-\x7f]*$/;

/** Script without spaces, where two characters are a word. */
export function isEastAsian(text: string): boolean {
  return eastAsian.test(text);
}

/** Lower-case parts, in order. A word without an inner boundary has one. */
export function splitIdentifier(word: string): string[] {
  if (onlyLowerCaseAscii.test(word)) return [word];
  if (onlyAscii.test(word)) return splitAscii(word);
  const parts: string[] = [];
  for (const part of word.split(boundary)) {
    if (part === "") continue;
    const lower = part.toLowerCase();
    if (isEastAsian(lower) && lower.length > 2) parts.push(...pairs(lower));
    else parts.push(lower);
  }
  return parts;
}

/** The same cuts for the letters that nearly all names are made of: with the general expression new words cost most of indexing words. */
function splitAscii(word: string): string[] {
  const lower = word.toLowerCase();
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index);
    if (code === underscore) {
      if (index > start) parts.push(lower.slice(start, index));
      start = index + 1;
    } else if (index > start && isCapital(code)) {
      const before = word.charCodeAt(index - 1);
      if (!isCapital(before) || isSmall(word.charCodeAt(index + 1))) {
        parts.push(lower.slice(start, index));
        start = index;
      }
    }
  }
  if (start < word.length) parts.push(lower.slice(start));
  return parts;
}

const underscore = 0x5f;

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isSmall(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** The whole identifier in the form in which spellings meet: getUser, get_user and GetUser are one name. */
export function normalizeName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function pairs(text: string): string[] {
  return Array.from({ length: text.length - 1 }, (_, index) => text.slice(index, index + 2));
}
