// Reads the JSON that models write: commas too many or too few, single quotes, keys without quotes, Python's constants, comments, doubled
// braces, closing brackets that are missing at the end. Linear, and bounded in depth. Knows nothing of tools.
// Invariant: what is valid JSON is read as JSON.parse does; what had to be mended says so by its doubt.
import type { Budget } from "./budget.ts";
import { type Doubt, worseOf } from "./doubt.ts";
import { isQuote, readQuoted } from "./lenient-string.ts";
import { endOfJson } from "./scan-json.ts";

export interface ReadJson {
  value: unknown;
  end: number;
  doubt: Doubt;
}

const maxDepth = 48;
const gap = /(?:\s+|\/\/[^\n]*(?:\n|$)|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/)*/y;
const bareKey = /[A-Za-z_$][\w$.-]*/y;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[\s,}\])]|$)/y;
const constant = /(?:true|false|null|True|False|None|undefined)(?=[\s,}\])]|$)/y;
const bareText = /[^\s,{}[\]"'`()][^,{}[\]"\n]*/y;
const constants: Record<string, unknown> = { true: true, false: false, True: true, False: false };

/** Not JSON in any reading. */
const unreadable = new Error("unreadable");

/** The value at `start` ("{", "[" or a quote), or undefined when it is none. */
export function readJson(text: string, start: number, budget: Budget): ReadJson | undefined {
  const first = text[start];
  if (first !== "{" && first !== "[" && !isQuote(first)) return undefined;
  const strict = readStrict(text, start);
  if (!budget.spend((strict?.end ?? text.length) - start)) return undefined;
  return strict ?? readLenient(text, start, budget);
}

function readStrict(text: string, start: number): ReadJson | undefined {
  const end = text[start] === "{" || text[start] === "[" ? endOfJson(text, start) : undefined;
  if (end === undefined) return undefined;
  try {
    return { value: JSON.parse(text.slice(start, end)), end, doubt: "none" };
  } catch {
    return undefined;
  }
}

/** Any value, also one that only stands inside of others: numbers and constants, as Python calls have them. */
export function readLenient(text: string, start: number, budget: Budget): ReadJson | undefined {
  const reader = createReader(text, start);
  try {
    const value = reader.readValue(0);
    return { value, end: reader.at, doubt: reader.doubt };
  } catch (error) {
    if (error !== unreadable) throw error;
    return undefined;
  } finally {
    budget.spend(reader.at - start);
  }
}

function createReader(text: string, start: number) {
  let at = start;
  let doubt: Doubt = "none";

  const note = (more: Doubt) => {
    doubt = worseOf(doubt, more);
  };

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  /** The next character that means something; undefined at the end of the text. */
  function next(): string | undefined {
    take(gap);
    return text[at];
  }

  function readValue(depth: number): unknown {
    if (depth > maxDepth) throw unreadable;
    const character = next();
    if (character === undefined) {
      note("unterminated");
      return null;
    }
    if (character === "{") return readObject(depth);
    if (character === "[") return readArray(depth);
    if (isQuote(character)) return readString(false);
    return readScalar();
  }

  function readString(isKey: boolean): string {
    const read = readQuoted(text, at, isKey);
    at = read.end;
    note(read.doubt);
    return read.value;
  }

  function readScalar(): unknown {
    const named = take(constant);
    const digits = named === undefined ? take(number) : undefined;
    const bare = named === undefined && digits === undefined ? take(bareText) : undefined;
    // At the end of the text nobody knows whether more digits or letters were to come.
    if (at === text.length) note("unterminated");
    if (named !== undefined) return constants[named] ?? null;
    if (digits !== undefined) return Number(digits);
    if (bare === undefined) throw unreadable;
    note("guessed");
    return bare.trim();
  }

  function readKey(): string {
    if (isQuote(text[at])) return readString(true);
    const key = take(bareKey);
    if (key === undefined) throw unreadable;
    return key;
  }

  function readObject(depth: number): unknown {
    if (depth > maxDepth) throw unreadable;
    at++;
    if (next() === "{") return readDoubled(depth);
    const members = new Map<string, unknown>();
    for (;;) {
      const end = readEnd("}", "]");
      if (end) break;
      const key = readKey();
      if (next() === ":") at++;
      else if (at === text.length) note("unterminated");
      else throw unreadable;
      members.set(key, readValue(depth + 1));
      readComma();
    }
    // Never by assignment: a key may be named "__proto__".
    return Object.fromEntries(members);
  }

  /** Braces doubled as in a template. */
  function readDoubled(depth: number): unknown {
    const inner = readObject(depth + 1);
    if (next() === "}") at++;
    else note("missing_close");
    return inner;
  }

  function readArray(depth: number): unknown[] {
    at++;
    const items: unknown[] = [];
    while (!readEnd("]", "}")) {
      items.push(readValue(depth + 1));
      readComma();
    }
    return items;
  }

  let afterComma = false;

  /** Whether the list ends here: at its bracket, at the one of the list around it, or with the text. */
  function readEnd(close: string, other: string): boolean {
    const character = next();
    const wasComma = afterComma;
    afterComma = false;
    if (character === close) at++;
    else if (character === other) note("missing_close");
    else if (character === undefined) note(wasComma ? "unterminated" : "missing_close");
    else if (!wasComma && isMark(character)) note("missing_close");
    else if (character === ",") throw unreadable;
    else return false;
    return true;
  }

  /** A tag, a token or a fence where a bracket should be: the value is over. */
  function isMark(character: string): boolean {
    return character === "<" || text.startsWith("```", at) || (character === "[" && /[A-Z]/.test(text[at + 1] ?? ""));
  }

  function readComma(): void {
    const character = next();
    if (character === ",") {
      at++;
      afterComma = true;
    } else if (character !== undefined && character !== "}" && character !== "]" && !isMark(character)) note("guessed");
  }

  return {
    readValue,
    get at() {
      return at;
    },
    get doubt() {
      return doubt;
    },
  };
}
