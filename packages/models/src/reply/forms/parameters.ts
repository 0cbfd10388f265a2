// The parameters of a call in tags: where each value begins and ends. Values are raw text: "<" and "&" mean nothing in them, and they may
// hold anything that looks like a tag. Knows the tags only by the dialect it is given. Linear.
import type { Doubt } from "../doubt.ts";
import { matchAt, type Source, skipSpace } from "./form.ts";

export interface ParameterDialect {
  /** Sticky, at a parameter's opening tag; group 1 or 2: its name. */
  open: RegExp;
  /** The closing tag of the parameter of that name. */
  close: (name: string) => string;
  /** Sticky: the call's own end. */
  end: RegExp;
  /** Whether a parameter of that name belongs to the tool. */
  isKnown: (name: string) => boolean;
}

export interface ReadParameters {
  values: Record<string, string>;
  end: number;
  doubt: Doubt;
  /** Whether the call's own closing tag was there. */
  isClosed: boolean;
  /** Whether every value's was. */
  valuesAreClosed: boolean;
}

const maxParameters = 64;
const maxTail = 200;

/** The parameters from `start` on, or undefined when there is something else. */
export function readParameters(source: Source, start: number, dialect: ParameterDialect): ReadParameters | undefined {
  const { text } = source;
  const values = new Map<string, string>();
  let hasClosed = false;
  let allClosed = true;
  let at = start;
  const finish = (end: number, doubt: Doubt, isClosed: boolean): ReadParameters => {
    return { values: Object.fromEntries(values), end, doubt, isClosed, valuesAreClosed: allClosed };
  };
  for (let count = 0; count <= maxParameters; count++) {
    at = skipSpace(text, at);
    const end = matchAt(dialect.end, text, at);
    if (end) return finish(at + end[0].length, "none", true);
    if (at >= text.length) return finish(at, source.isCut ? "unterminated" : "none", false);
    const opened = matchAt(dialect.open, text, at);
    const name = opened?.[1] ?? opened?.[2];
    // A tag that is cut, or something that is no parameter.
    if (!opened || name === undefined) {
      if (isCutTag(text, at)) return finish(text.length, "unterminated", false);
      return values.size > 0 ? finish(at, "none", false) : undefined;
    }
    const value = readValue(source, at + opened[0].length, { name, hasClosed, dialect });
    hasClosed ||= value.isClosed;
    allClosed &&= value.isClosed;
    if (values.has(name)) return undefined;
    values.set(name, value.text);
    if (value.isBrokenOff) return finish(value.end, "unterminated", false);
    at = value.end;
  }
  return undefined;
}

function isCutTag(text: string, at: number): boolean {
  return text[at] === "<" && text.length - at < 200 && !text.includes(">", at);
}

interface Value {
  text: string;
  end: number;
  isClosed: boolean;
  isBrokenOff: boolean;
}

interface Place {
  name: string;
  /** A parameter before this one was closed: then this one has to be, too. */
  hasClosed: boolean;
  dialect: ParameterDialect;
}

function readValue(source: Source, start: number, place: Place): Value {
  const { text } = source;
  const { dialect, hasClosed } = place;
  const close = dialect.close(place.name);
  for (let at = text.indexOf("<", start); at >= 0; at = text.indexOf("<", at + 1)) {
    if (text.startsWith(close, at)) {
      const end = at + close.length;
      if (mayFollow(source, end, dialect))
        return { text: unpadded(text.slice(start, at)), end, isClosed: true, isBrokenOff: false };
    } else if (isNextTag(source, at, start, place)) {
      return { text: text.slice(start, at).trim(), end: at, isClosed: false, isBrokenOff: false };
    }
  }
  source.budget.spend(text.length - start);
  // A model that never closes ends with the text; one that does was cut.
  const rest = withoutLeaks(text.slice(start));
  return { text: rest, end: text.length, isClosed: false, isBrokenOff: hasClosed || source.isCut };
}

/** Without the tokens and closing tags that models leave at the end of a turn. */
function withoutLeaks(text: string): string {
  const rest = text.trim();
  const tail = rest.slice(-maxTail);
  const leaks = /(?:<[|｜][^|｜<>]{1,40}[|｜]>|<\/tool_call>|\s)+$/.exec(tail)?.[0] ?? "";
  return rest.slice(0, rest.length - leaks.length);
}

/** Whether the closing tag before `at` is one, and no text of the value: by what comes next. */
function mayFollow({ text }: Source, at: number, dialect: ParameterDialect): boolean {
  const next = skipSpace(text, at);
  if (next >= text.length || matchAt(dialect.end, text, next) || matchAt(dialect.open, text, next)) return true;
  return matchAt(/<\/|<[|｜]|<(?:function|tool_call|invoke)\b/y, text, next) !== undefined;
}

/** Whether an unclosed value ends before the tag at `at`. */
function isNextTag({ text }: Source, at: number, start: number, { hasClosed, dialect }: Place): boolean {
  if (matchAt(dialect.end, text, at)) return true;
  if (hasClosed || at === start || text[at - 1] !== "\n") return false;
  const opened = matchAt(dialect.open, text, at);
  const name = opened?.[1] ?? opened?.[2];
  return name !== undefined && dialect.isKnown(name);
}

/** Without the one line break on either side that sets a value off its tags. */
function unpadded(text: string): string {
  return text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
}
