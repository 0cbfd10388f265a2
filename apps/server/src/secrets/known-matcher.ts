// Finds the forms of known secrets in a text, in one pass whatever their number: the first characters of each form are looked up by a
// hash, and only where that fits are forms compared. Line ends within a match do not count. Pure.
import { withoutLineEnds } from "./encoded-forms.ts";

/** A place in a text, half-open, and the value whose form stands there. */
export interface KnownMatch {
  start: number;
  end: number;
  value: string;
}

export interface KnownMatcher {
  /** From left to right, none within another. */
  find(text: string): KnownMatch[];
  /** Where the text's end begins to look like a form that has not come to its end yet; its length when it does not. */
  openEnd(text: string): number;
}

const headLength = 6;
const filterSize = 1 << 16;
/** Characters. */
const maxRoom = 1 << 18;

interface Form {
  text: string;
  value: string;
}

/** Forms have at least `headLength` characters and no line ends. */
export function createKnownMatcher(forms: readonly Form[]): KnownMatcher {
  const filter = new Uint8Array(filterSize);
  const byHead = new Map<number, Form[]>();
  const shortHeads = new Set<string>();
  /** For the characters of one text at a time; a large one's is not kept. */
  let room = new Uint16Array(1024);
  let longest = 0;
  for (const form of forms.toSorted((a, b) => b.text.length - a.text.length)) {
    const hash = hashAt(form.text, 0);
    filter[hash & (filterSize - 1)] = 1;
    const sharing = byHead.get(hash);
    if (sharing) sharing.push(form);
    else byHead.set(hash, [form]);
    for (let length = 1; length < headLength; length++) shortHeads.add(form.text.slice(0, length));
    longest = Math.max(longest, form.text.length);
  }

  /** `sum`: of the head there. */
  function formAt(codes: Uint16Array, at: number, end: number, sum: number): Form | undefined {
    return byHead.get(mix(sum))?.find(({ text }) => at + text.length <= end && standsAt(text, codes, at));
  }

  /** Whether what is left of the text is the beginning of a form, and not all of it. */
  function isOpenAt(text: string, at: number): boolean {
    const rest = text.slice(at);
    if (rest.length < headLength) return shortHeads.has(rest);
    const hash = hashAt(text, at);
    if (filter[hash & (filterSize - 1)] === 0) return false;
    return byHead.get(hash)?.some((form) => form.text.length > rest.length && form.text.startsWith(rest)) ?? false;
  }

  return {
    find(text) {
      if (forms.length === 0 || text.length < headLength) return [];
      if (text.length > room.length) room = new Uint16Array(text.length);
      const codes = room;
      const end = writeWithoutLineEnds(text, codes);
      if (codes.length > maxRoom) room = new Uint16Array(0);
      const matches: KnownMatch[] = [];
      let sum = sumOf(codes, 0);
      for (let at = 0; at + headLength <= end; ) {
        const isPossible = filter[mix(sum) & (filterSize - 1)] !== 0;
        const form = isPossible ? formAt(codes, at, end, sum) : undefined;
        if (form === undefined) {
          sum = nextSum(sum, codes[at] as number, codes[at + headLength] ?? 0);
          at += 1;
          continue;
        }
        matches.push({ start: at, end: at + form.text.length, value: form.value });
        at += form.text.length;
        sum = sumOf(codes, at);
      }
      return end === text.length ? matches : inOriginal(matches, text);
    },
    openEnd(text) {
      if (forms.length === 0) return text.length;
      // A match may hold as many line ends as characters; what is wrapped is not wrapped more often than that.
      const tailStart = Math.max(0, text.length - 2 * longest);
      const tail = text.slice(tailStart);
      const flat = withoutLineEnds(tail);
      for (let at = Math.max(0, flat.length - longest); at < flat.length; at++)
        if (isOpenAt(flat, at)) return tailStart + originalOffset(tail, at);
      return text.length;
    },
  };
}

function hashAt(text: string, at: number): number {
  return mix(sumAt(text, at));
}

function mix(sum: number): number {
  return sum ^ (sum >>> 16);
}

/** Of a head that may reach behind the end. */
function sumAt(text: string, at: number): number {
  let sum = 0;
  for (let index = at; index < at + headLength; index++)
    sum = (Math.imul(sum, factor) + (text.charCodeAt(index) || 0)) | 0;
  return sum;
}

const factor = 31;
/** What the first character of a head counts for. */
const firstWeight = (factor ** (headLength - 1)) | 0;

/** The same of characters that are written out; what lies behind their end is never asked for a whole head. */
function sumOf(codes: Uint16Array, at: number): number {
  let sum = 0;
  for (let index = at; index < at + headLength; index++) sum = (Math.imul(sum, factor) + (codes[index] ?? 0)) | 0;
  return sum;
}

/** Of the head one character on: without its first, and with the one behind it. */
function nextSum(sum: number, first: number, behind: number): number {
  return (Math.imul(sum - Math.imul(first, firstWeight), factor) + behind) | 0;
}

/** Returns where they end. Making a text without its line ends, only to look at each character once, takes twice as long. */
function writeWithoutLineEnds(text: string, codes: Uint16Array): number {
  let end = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === lineFeed || (code === carriageReturn && text.charCodeAt(index + 1) === lineFeed)) continue;
    codes[end] = code;
    end += 1;
  }
  return end;
}

const lineFeed = 10;
const carriageReturn = 13;

function standsAt(text: string, codes: Uint16Array, at: number): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== codes[at + index]) return false;
  return true;
}

/** Places of the text without line ends → places of the text. */
function inOriginal(matches: readonly KnownMatch[], text: string): KnownMatch[] {
  const starts = originalOffsets(
    text,
    matches.map((match) => match.start),
  );
  // Of the last character: line ends behind a match are not part of it.
  const lasts = originalOffsets(
    text,
    matches.map((match) => match.end - 1),
  );
  return matches.map((match, index) => ({ ...match, start: starts[index] ?? 0, end: (lasts[index] ?? 0) + 1 }));
}

function originalOffset(text: string, flatOffset: number): number {
  return originalOffsets(text, [flatOffset])[0] ?? text.length;
}

/** `flatOffsets` ascend. */
function originalOffsets(text: string, flatOffsets: readonly number[]): number[] {
  const found: number[] = [];
  const lineEnd = /\r?\n/g;
  let removed = 0;
  let next = lineEnd.exec(text);
  for (const offset of flatOffsets) {
    while (next !== null && next.index <= offset + removed) {
      removed += next[0].length;
      next = lineEnd.exec(text);
    }
    found.push(offset + removed);
  }
  return found;
}
