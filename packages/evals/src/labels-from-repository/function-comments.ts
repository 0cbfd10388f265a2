// The documentation of functions: which comment lines (or docstring) belong to which function, and the text without them. By the language's
// lexis and the functions' lines; it does not know the syntax, so whoever uses the result parses it again. Pure.
import type { Language, Lexis } from "@outpost/indexer";

export interface FunctionLines {
  /** Lines 1-based, inclusive. */
  startLine: number;
  endLine: number;
  /** Where the name stands. */
  line: number;
}

export interface WithoutComments {
  text: string;
  /** Parallel to the functions: the comment's own lines, or null. */
  comments: (string | null)[];
}

/** What may stand between a comment and its function. */
const attachment =
  /^\s*(?:@[\w.:]+(?:\(.*\))?.*|#!?\[.*\]|\[[\w.]+(?:\(.*\))?\]|template\s*<.*>|(?:export|default|static|inline|extern|const|virtual|public|private|protected|unsafe|async)(?:\s+[\w*&:<>]+)*)\s*$/;
const commentStart = /^(?:\/\/|\/\*|#|--|\{-|=begin)/;
const docstringStart = /^[rRuUbB]{0,2}(?:"""|'''|"|')/;

export function takeOutComments(
  text: string,
  language: Language,
  functions: readonly FunctionLines[],
): WithoutComments {
  const { lexis } = language;
  if (lexis === undefined) return { text, comments: functions.map(() => null) };
  const lines = text.split("\n");
  const tokens = findTokens(text, lines, lexis);
  const removed = new Set<number>();
  const replaced = new Map<number, string>();
  const comments = functions.map((each) => {
    const docstring = language.name === "python" ? findDocstring(lines, tokens, each) : null;
    const leading = findLeading(lines, tokens, each.startLine);
    const own = docstring ?? leading;
    if (own === null) return null;
    for (const line of [...own, ...(leading ?? [])]) removed.add(line);
    const [first, last] = [own[0] ?? 0, own.at(-1) ?? 0];
    if (docstring !== null && last >= each.endLine)
      replaced.set(first, `${/^\s*/.exec(lines[first - 1] ?? "")?.[0]}pass`);
    return own.map((line) => lines[line - 1]).join("\n");
  });
  const kept = lines.flatMap((line, at) => {
    const instead = replaced.get(at + 1);
    if (instead !== undefined) return [instead];
    return removed.has(at + 1) ? [] : [line];
  });
  return { text: kept.join("\n"), comments };
}

interface Tokens {
  /** By line: it holds nothing but a comment, or a part of one. */
  comments: ReadonlySet<number>;
  /** By first line: the last line of a string that has its lines for itself. */
  strings: ReadonlyMap<number, number>;
}

function findTokens(text: string, lines: readonly string[], lexis: Lexis): Tokens {
  const comments = new Set<number>();
  const strings = new Map<number, number>();
  const lineStarts = startsOf(lines);
  let line = 1;
  for (const match of text.matchAll(tokenPattern(lexis))) {
    const [whole] = match;
    const isComment = commentStart.test(whole);
    if (!isComment && !docstringStart.test(whole)) continue;
    while ((lineStarts[line] ?? Number.POSITIVE_INFINITY) <= match.index) line++;
    const lastLine = line + whole.trimEnd().split("\n").length - 1;
    const before = text.slice(lineStarts[line - 1], match.index);
    const end = match.index + whole.length;
    const after = text.slice(end, Math.max(end, (lineStarts[lastLine] ?? text.length + 1) - 1));
    if (after.trim() !== "") continue;
    const isElixirDoc = /^\s*@doc\s+(?:~[sS])?$/.test(before) && whole.startsWith('"""');
    if (isComment || isElixirDoc) {
      if (before.trim() !== "" && !isElixirDoc) continue;
      for (let each = line; each <= lastLine; each++) comments.add(each);
    } else if (before.trim() === "") strings.set(line, lastLine);
  }
  return { comments, strings };
}

const patterns = new WeakMap<Lexis, RegExp>();

/** Names are tokens too, so that what begins one (`r"`) is not taken apart. */
function tokenPattern(lexis: Lexis): RegExp {
  const name = lexis.name ?? "[\\p{L}_$][\\p{L}\\p{N}_$]*";
  const known = patterns.get(lexis);
  const made = known ?? new RegExp([...lexis.skip, ...(lexis.interpolated ?? []), name].join("|"), "gu");
  patterns.set(lexis, made);
  return made;
}

function startsOf(lines: readonly string[]): number[] {
  let at = 0;
  return lines.map((line) => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

/** The comment lines right above, past decorators and the like. */
function findLeading(lines: readonly string[], { comments }: Tokens, startLine: number): number[] | null {
  const found: number[] = [];
  for (let line = startLine - 1; line >= 1; line--) {
    const text = lines[line - 1] ?? "";
    if (line === 1 && text.startsWith("#!")) break;
    if (comments.has(line)) found.unshift(line);
    else if (text.trim() === "" || !attachment.test(text)) break;
  }
  return found.length === 0 ? null : found;
}

/** The string that is the first statement of the body. */
function findDocstring(lines: readonly string[], { comments, strings }: Tokens, each: FunctionLines): number[] | null {
  for (let line = each.line; line < each.endLine; line++) {
    if (!/:\s*(?:#.*)?$/.test(lines[line - 1] ?? "")) continue;
    let next = line + 1;
    while (next <= each.endLine && ((lines[next - 1] ?? "").trim() === "" || comments.has(next))) next++;
    const last = strings.get(next);
    if (last === undefined || last > each.endLine) return null;
    return Array.from({ length: last - next + 1 }, (_, at) => next + at);
  }
  return null;
}
