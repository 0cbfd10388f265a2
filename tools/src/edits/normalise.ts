// Text in a form in which edits are looked for, with the way back: for each character of the form, where it was in the text.
// `exact` only reads CRLF as a newline. `unicode` also puts accents together (NFC) and reads typographic quotes, dashes and spaces as
// their ASCII kin. `trailing` also ignores spaces at line ends. Indentation always counts.

export const matchLevels = ["exact", "unicode", "trailing"] as const;
export type MatchLevel = (typeof matchLevels)[number];

export interface NormalisedText {
  text: string;
  /** Half-open range in the original of each character of `text`. Characters of one cluster share theirs. */
  starts: Int32Array;
  ends: Int32Array;
}

const plainKin = new Map<string, string>();
for (const character of "\u2018\u2019\u201a\u201b\u2032") plainKin.set(character, "'");
for (const character of "\u201c\u201d\u201e\u201f\u2033") plainKin.set(character, '"');
for (const character of "\u2010\u2011\u2012\u2013\u2014\u2015\u2212") plainKin.set(character, "-");
for (const character of "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
  plainKin.set(character, " ");

/** A character with the marks that follow it; Hangul letters that compose to syllables stay together. */
const cluster = /[\u1100-\u11ff]+|\P{M}\p{M}*|\p{M}+/uy;

export function normalise(original: string, level: MatchLevel): NormalisedText {
  if (level === "exact" && !original.includes("\r\n")) return identity(original);
  const builder = new Builder();
  const foldsUnicode = level !== "exact";
  const dropsTrailing = level === "trailing";
  for (let at = 0; at < original.length; ) {
    const code = original.charCodeAt(at);
    const next = original.charCodeAt(at + 1);
    if (code === 0x0d && next === 0x0a) {
      at = newline(builder, dropsTrailing, at, at + 2);
    } else if (code === 0x0a) {
      at = newline(builder, dropsTrailing, at, at + 1);
    } else if (!foldsUnicode || (code < 0x80 && !(next >= 0x300))) {
      builder.push(original.charAt(at), at, at + 1);
      at += 1;
    } else {
      cluster.lastIndex = at;
      const found = cluster.exec(original)?.[0] ?? original.charAt(at);
      const composed = found.normalize("NFC");
      builder.push(plainKin.get(composed) ?? composed, at, at + found.length);
      at += found.length;
    }
  }
  if (dropsTrailing) builder.dropTrailingSpaces();
  return builder.finish();
}

function identity(original: string): NormalisedText {
  const starts = Int32Array.from({ length: original.length }, (_, index) => index);
  return { text: original, starts, ends: starts.map((start) => start + 1) };
}

function newline(builder: Builder, dropsTrailing: boolean, start: number, end: number): number {
  if (dropsTrailing) builder.dropTrailingSpaces();
  builder.push("\n", start, end);
  return end;
}

class Builder {
  #characters: string[] = [];
  #starts: number[] = [];
  #ends: number[] = [];

  push(text: string, start: number, end: number): void {
    for (let i = 0; i < text.length; i++) {
      this.#characters.push(text.charAt(i));
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  dropTrailingSpaces(): void {
    while (this.#characters.at(-1) === " " || this.#characters.at(-1) === "\t") {
      this.#characters.pop();
      this.#starts.pop();
      this.#ends.pop();
    }
  }

  finish(): NormalisedText {
    return {
      text: this.#characters.join(""),
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
    };
  }
}

/** Whether no cluster reaches over this index, so that the text may be cut here. */
export function isBoundary(normalised: NormalisedText, index: number): boolean {
  const { starts, ends } = normalised;
  if (index <= 0 || index >= starts.length) return true;
  return (starts[index] ?? 0) >= (ends[index - 1] ?? 0);
}

/** The range of the original behind `[start, end)` of the form. An empty one lies right behind the character before it. */
export function originalRange(normalised: NormalisedText, start: number, end: number): { start: number; end: number } {
  const { starts, ends } = normalised;
  if (end > start) return { start: starts[start] ?? 0, end: ends[end - 1] ?? 0 };
  const at = start > 0 ? (ends[start - 1] ?? 0) : (starts[0] ?? 0);
  return { start: at, end: at };
}
