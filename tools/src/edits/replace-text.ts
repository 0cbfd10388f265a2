// Finds `old` in a file's text and puts `new` there: exactly, else by a looser form of both (see `normalise`), never by similarity.
// The first form that finds anything decides. Only what differs between old and new is written, so that a loose match keeps the
// file's own quotes, spaces and line endings around the change. Pure; knows no files and no tools.
import {
  isBoundary,
  type MatchLevel,
  matchLevels,
  type NormalisedText,
  normalise,
  originalRange,
} from "./normalise.ts";
import { linesAt, type TextFile, withLineEnding } from "./text-file.ts";

export interface Replacement {
  old: string;
  new: string;
  all: boolean;
}

export type ReplaceOutcome =
  /** `lines`: where the replaced text begins in the new text, 1-based, ascending. */
  | { type: "replaced"; text: string; lines: number[]; level: MatchLevel }
  | { type: "missing" }
  /** Only inside of longer words, where whole words were wanted. */
  | { type: "inside_words"; lines: number[] }
  | { type: "ambiguous"; lines: number[]; level: MatchLevel }
  | { type: "unchanged"; lines: number[] };

const identifier = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

export function replaceText(file: Pick<TextFile, "text" | "lineEnding">, change: Replacement): ReplaceOutcome {
  const outcome = replaceInText(file, change);
  if (outcome.type !== "missing" || !change.old.endsWith("\n") || file.text.endsWith("\n")) return outcome;
  // `old` ends with a newline that the file's last line lacks: read the file as if it had one.
  const { lineEnding } = file;
  const completed = replaceInText({ text: file.text + lineEnding, lineEnding }, change);
  if (completed.type !== "replaced" || !completed.text.endsWith(lineEnding)) return completed;
  return { ...completed, text: completed.text.slice(0, -lineEnding.length) };
}

function replaceInText(file: Pick<TextFile, "text" | "lineEnding">, change: Replacement): ReplaceOutcome {
  for (const level of matchLevels) {
    const text = normalise(file.text, level);
    const old = normalise(change.old, level);
    if (old.text === "") continue;
    const found = findAll(text, old.text);
    const first = found[0];
    if (first === undefined) continue;
    const linesOf = (indices: number[]) =>
      linesAt(
        file.text,
        indices.map((index) => originalRange(text, index, index + 1).start),
      );
    if (!change.all && found.length > 1) return { type: "ambiguous", lines: linesOf(found), level };
    const wanted = change.all ? separate(wholeWords(text.text, old.text, found), old.text.length) : [first];
    if (wanted.length === 0) return { type: "inside_words", lines: linesOf(found) };
    const rewritten = rewrite(file, { text, old, new: normalise(change.new, level) }, change.new, wanted);
    if (rewritten.text === file.text) return { type: "unchanged", lines: linesOf(wanted) };
    return { type: "replaced", ...rewritten, level };
  }
  return { type: "missing" };
}

/** All places, overlapping ones too: two ways to read an edit are one too many. */
function findAll(text: NormalisedText, old: string): number[] {
  const found: number[] = [];
  for (let at = text.text.indexOf(old); at >= 0; at = text.text.indexOf(old, at + 1)) {
    if (isBoundary(text, at) && isBoundary(text, at + old.length)) found.push(at);
  }
  return found;
}

function separate(indices: number[], length: number): number[] {
  let free = 0;
  return indices.filter((index) => {
    if (index < free) return false;
    free = index + length;
    return true;
  });
}

/** `$` counts as part of a word only where the name itself has one: in many languages it marks a name's use. */
function wholeWords(text: string, old: string, found: number[]): number[] {
  if (!identifier.test(old)) return found;
  const wordCharacter = old.includes("$") ? /[\p{ID_Continue}$]/u : /\p{ID_Continue}/u;
  const isWord = (character: string) => wordCharacter.test(character);
  return found.filter((at) => !isWord(characterBefore(text, at)) && !isWord(characterAt(text, at + old.length)));
}

function characterBefore(text: string, index: number): string {
  return [...text.slice(Math.max(0, index - 2), index)].at(-1) ?? "";
}

function characterAt(text: string, index: number): string {
  return [...text.slice(index, index + 2)][0] ?? "";
}

interface Forms {
  text: NormalisedText;
  old: NormalisedText;
  new: NormalisedText;
}

function rewrite(
  file: Pick<TextFile, "text" | "lineEnding">,
  forms: Forms,
  given: string,
  indices: number[],
): { text: string; lines: number[] } {
  let result = "";
  let from = 0;
  const offsets: number[] = [];
  for (const index of indices) {
    const { prefix, suffix } = commonEnds(forms, index);
    const range = originalRange(forms.text, index + prefix, index + forms.old.text.length - suffix);
    const piece = originalRange(forms.new, prefix, forms.new.text.length - suffix);
    const inserted = withLineEnding(given.slice(piece.start, piece.end), file.lineEnding);
    result += file.text.slice(from, range.start);
    offsets.push(result.length);
    result += inserted;
    from = range.end;
  }
  result += file.text.slice(from);
  if (file.text.endsWith("\n") && result !== "" && !result.endsWith("\n")) result += file.lineEnding;
  return { text: result, lines: linesAt(result, offsets) };
}

/** How many characters old and new share at both ends, cut back to where clusters end in the file and in `new`. */
function commonEnds(forms: Forms, index: number): { prefix: number; suffix: number } {
  const old = forms.old.text;
  const replacement = forms.new.text;
  const shorter = Math.min(old.length, replacement.length);
  let prefix = 0;
  while (prefix < shorter && old[prefix] === replacement[prefix]) prefix++;
  while (prefix > 0 && !(isBoundary(forms.text, index + prefix) && isBoundary(forms.new, prefix))) prefix--;
  let suffix = 0;
  while (suffix < shorter - prefix && old.at(-1 - suffix) === replacement.at(-1 - suffix)) suffix++;
  const isCut = (count: number) =>
    isBoundary(forms.text, index + old.length - count) && isBoundary(forms.new, replacement.length - count);
  while (suffix > 0 && !isCut(suffix)) suffix--;
  return { prefix, suffix };
}
