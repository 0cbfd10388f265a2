// Splits one word of code or prose into its parts: at "_", between lower and upper case, before the last capital of a run
// ("HTTPServer" → http, server), and runs of East Asian script into overlapping pairs, since those have no spaces.
// Digits stay with the letters before them ("sha256", "utf8").

const boundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+/u;
const eastAsian = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
const onlyLowerCaseAscii = /^[a-z0-9]+$/;

/** Lower-case parts, in order. A word without an inner boundary has one. */
export function splitIdentifier(word: string): string[] {
  if (onlyLowerCaseAscii.test(word)) return [word];
  const parts: string[] = [];
  for (const part of word.split(boundary)) {
    if (part === "") continue;
    const lower = part.toLowerCase();
    if (eastAsian.test(lower) && lower.length > 2) parts.push(...pairs(lower));
    else parts.push(lower);
  }
  return parts;
}

/** The whole identifier in the form in which spellings meet: getUser, get_user and GetUser are one name. */
export function normalizeName(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function pairs(text: string): string[] {
  return Array.from({ length: text.length - 1 }, (_, index) => text.slice(index, index + 2));
}
