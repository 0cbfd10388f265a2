// Whether a text has fallen into repeating itself without end, as small models do. Looks at the end of it only. Pure.

const lookedAt = 2000;
/** A sentence that stands this often in the last characters is a chant. */
const maxSentences = 10;
const minSentenceCharacters = 8;
/** A tail this long that is one short piece over and over. */
const periodicTail = 300;
const longestPeriod = 60;

export function isChant(text: string): boolean {
  const tail = text.trimEnd().slice(-lookedAt);
  return repeatsSentence(tail) || isPeriodic(tail);
}

function repeatsSentence(tail: string): boolean {
  const counts = new Map<string, number>();
  for (const part of tail.split(/[.!?\n]+/)) {
    const sentence = part.trim().replaceAll(/\s+/g, " ");
    if (sentence.length < minSentenceCharacters) continue;
    const count = (counts.get(sentence) ?? 0) + 1;
    if (count > maxSentences) return true;
    counts.set(sentence, count);
  }
  return false;
}

/** Rules of dashes and the like are no words: they do not count. */
function isPeriodic(tail: string): boolean {
  if (tail.length < periodicTail) return false;
  const end = tail.slice(-periodicTail);
  if (!/\p{L}/u.test(end)) return false;
  for (let period = 1; period <= longestPeriod; period++) if (end.slice(period) === end.slice(0, -period)) return true;
  return false;
}

/** The text up to where it began to repeat itself, at most `maxCharacters`. */
export function beforeChant(text: string, maxCharacters: number): string {
  const seen = new Set<string>();
  let end = 0;
  for (const match of text.matchAll(/[^.!?\n]+[.!?\n]*/g)) {
    const sentence = match[0].trim();
    if (sentence.length >= minSentenceCharacters && seen.has(sentence)) break;
    seen.add(sentence);
    end = match.index + match[0].length;
  }
  return text.slice(0, Math.min(end, maxCharacters)).trim();
}
