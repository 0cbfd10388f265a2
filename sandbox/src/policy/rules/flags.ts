// How a rule writes its flags, and how a command's words are read by it. Strict reading is for `allow`: what is not listed is not read.
import { checkValue, isLike, type ValueCheck, type ValueContext } from "./argument-kinds.ts";

export interface FlagSpec {
  /** With its dashes; may hold `*`. */
  name: string;
  /** Null: takes no value. */
  kind: string | null;
  /** The value comes only after "=". */
  optional: boolean;
}

/** `-v`, `-k=text`, `--color[=text]`, `-O*`. Null where it is written wrongly. */
export function parseFlagSpec(text: string): FlagSpec | null {
  const match = /^(--?[A-Za-z0-9][A-Za-z0-9_+.:*-]*|-[#@?])(?:(\[)?=([^\]]+?)(\])?)?$/.exec(text);
  if (!match || (match[2] === undefined) !== (match[4] === undefined)) return null;
  return { name: match[1] ?? "", kind: match[3] ?? null, optional: match[2] !== undefined };
}

export interface ReadWords {
  positionals: string[];
  /** After a "--"; null where there is none. */
  rest: string[] | null;
}

export type FlagReading = { ok: true; words: ReadWords } | { ok: false; why: string; check?: ValueCheck };

export interface FlagReader {
  flags: readonly FlagSpec[];
  style: "letters" | "words" | "compiler";
  context: ValueContext;
}

type Step = { ok: true; taken: number } | { ok: false; why: string; check?: ValueCheck };

/** Words to arguments, every flag being one of the list. */
export function readFlags(words: readonly string[], reader: FlagReader): FlagReading {
  const positionals: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? "";
    if (word === "--") return { ok: true, words: { positionals, rest: words.slice(at + 1) } };
    if (!isFlag(word)) {
      positionals.push(word);
      at++;
      continue;
    }
    const step = readFlag(word, words[at + 1], reader);
    if (!step.ok) return step;
    at += step.taken;
  }
  return { ok: true, words: { positionals, rest: null } };
}

/** How many words at the front are flags of the list with their values. */
export function countFlagWords(words: readonly string[], reader: FlagReader): number {
  let at = 0;
  while (at < words.length && isFlag(words[at] ?? "") && words[at] !== "--") {
    const step = readFlag(words[at] ?? "", words[at + 1], reader);
    if (!step.ok) break;
    at += step.taken;
  }
  return at;
}

export function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function readFlag(word: string, next: string | undefined, reader: FlagReader): Step {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const spec = reader.flags.find((flag) => isNamed(flag, name));
  if (spec && equals >= 0)
    return spec.kind === null ? refuse(name, "takes no value") : withValue(spec, word.slice(equals + 1), 1, reader);
  if (spec) return readSeparate(spec, next, reader);
  if (word.startsWith("--") || reader.style === "words") return refuse(name, "is not in the list");
  const attached = reader.flags.find(
    (flag) => flag.kind !== null && flag.name.length === 2 && word.startsWith(flag.name),
  );
  if (attached && word.length > 2) return withValue(attached, word.slice(2), 1, reader);
  return reader.style === "letters" ? readBundle(word, next, reader) : refuse(name, "is not in the list");
}

/** `-#`: a number by itself, as in `head -20`. */
function isNamed(flag: FlagSpec, name: string): boolean {
  return flag.name === "-#" ? /^-\d{1,6}$/.test(name) : isLike(flag.name, name);
}

function readSeparate(spec: FlagSpec, next: string | undefined, reader: FlagReader): Step {
  if (spec.kind === null || spec.optional) return { ok: true, taken: 1 };
  if (next === undefined) return refuse(spec.name, "has no value");
  // Some programs would take it for the next flag.
  if (isFlag(next)) return refuse(spec.name, `is followed by ${next}`);
  return withValue(spec, next, 2, reader);
}

function withValue(spec: FlagSpec, value: string, taken: number, { context }: FlagReader): Step {
  const check = checkValue(spec.kind ?? "", value, context);
  return check.fits ? { ok: true, taken } : { ok: false, why: `${spec.name} ${check.why}`, check };
}

/** `-xvf`: each letter a flag of its own; one that takes a value takes what is left, or the next word. */
function readBundle(word: string, next: string | undefined, reader: FlagReader): Step {
  const letters = [...word.slice(1)];
  for (const [index, letter] of letters.entries()) {
    const spec = reader.flags.find((flag) => flag.name === `-${letter}`);
    if (!spec) return refuse(letters.length === 1 ? word : `-${letter} (in ${word})`, "is not in the list");
    if (spec.kind === null) continue;
    const rest = letters.slice(index + 1).join("");
    if (rest !== "") return withValue(spec, rest, 1, reader);
    return readSeparate(spec, next, reader);
  }
  return { ok: true, taken: 1 };
}

function refuse(name: string, why: string): Step {
  return { ok: false, why: `${name} ${why}` };
}

/** For `ask` and `deny`: whether a flag is there in any spelling that programs take: abbreviated, bundled, with one dash or two. */
export function hasFlagLike(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((flag) => words.some((word) => isSpelling(word, flag)));
}

function isSpelling(word: string, flag: string): boolean {
  const name = word.split("=", 1)[0] ?? "";
  if (flag.startsWith("--")) {
    return (name.startsWith("--") && name.length > 3 && flag.startsWith(name)) || name === flag.slice(1);
  }
  if (name === flag || name === `-${flag}`) return true;
  return flag.length === 2 && /^-[A-Za-z0-9]/.test(word) && word.includes(flag[1] ?? "", 1) && !word.startsWith("--");
}
