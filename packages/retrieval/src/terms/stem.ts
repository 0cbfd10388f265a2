// Light stemming of one lower-case English word, so that "parse", "parses", "parsed" and "parsing" meet. It aims at agreement between
// a question and code, not at real words; it knows no exceptions and no other language.

const vowel = /[aeiouy]/;
const doubled = /([bdfgmnprt])\1$/;
/** What any of the endings ends with: most words have none. */
const lastLetters = new Set(["s", "g", "d", "n", "e"].map((letter) => letter.charCodeAt(0)));

export function stem(word: string): string {
  if (word.length < 4 || !lastLetters.has(word.charCodeAt(word.length - 1))) return word;
  return dropFinalE(dropVerbEnding(dropPlural(word)));
}

function dropPlural(word: string): string {
  if (!word.endsWith("s")) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (word.endsWith("sses") || word.endsWith("xes") || word.endsWith("ches") || word.endsWith("shes")) {
    return word.slice(0, -2);
  }
  return /[^aius]s$/.test(word) ? word.slice(0, -1) : word;
}

function dropVerbEnding(word: string): string {
  for (const ending of ["ing", "ed"]) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length < 3 || !vowel.test(rest)) return word;
    return doubled.test(rest) ? rest.slice(0, -1) : rest;
  }
  if (word.length > 6 && /[st]ion$/.test(word)) return word.slice(0, -3);
  return word;
}

function dropFinalE(word: string): string {
  return word.length > 3 && word.endsWith("e") ? word.slice(0, -1) : word;
}
