// What the tools' texts say, as values. The only place of the rules model that knows how the tools word their observations; whatever it
// does not recognise as a success is a failure.

export interface GrepLine {
  path: string;
  line: number;
  text: string;
}

export interface GrepResult {
  lines: GrepLine[];
  /** There are more than are shown. */
  truncated: boolean;
}

const numberedLine = /^(\d+)\|(.*)$/;
const more = /^\[… \d+ more\b/;
/** Behind a line that is not shown whole. */
const cutLine = /… \(\+\d+ characters\)$/;

/** Each path on a line of its own, its matches below it as `12|text`. */
export function parseGrep(text: string): GrepResult {
  const [heading = "", ...rest] = text.split("\n");
  const lines: GrepLine[] = [];
  let path = "";
  for (const line of rest) {
    const match = numberedLine.exec(line);
    if (match) lines.push({ path, line: Number(match[1]), text: match[2] ?? "" });
    else if (!more.test(line)) path = line;
  }
  return { lines, truncated: rest.some((line) => more.test(line)) || heading.includes(": the first ") };
}

export interface SearchHit {
  path: string;
  startLine: number;
  endLine: number;
  symbol: string;
  lines: string[];
}

export interface SearchResult {
  hits: SearchHit[];
  /** What the index says of itself, when that is not "all fine". */
  caveat: string;
}

export function parseSearch(text: string): SearchResult {
  const [heading = "", ...rest] = text.split("\n");
  const hits: SearchHit[] = [];
  for (const line of rest) {
    const match = /^## (.+):(\d+)-(\d+)(?: (.*))?$/.exec(line);
    if (match) {
      const [, path = "", start, end, symbol = ""] = match;
      hits.push({ path, startLine: Number(start), endLine: Number(end), symbol, lines: [] });
    } else if (!/^\[… \d+ more lines\]$/.test(line)) hits.at(-1)?.lines.push(line);
  }
  return { hits, caveat: /\(((?:the index is|\d+ files changed)[^)]*)\)/.exec(heading)?.[1] ?? "" };
}

export function parseFileList(text: string): string[] {
  const [heading = "", ...paths] = text.split("\n");
  return /\bfiles? for "/.test(heading) ? paths.filter((path) => path !== "" && !more.test(path)) : [];
}

export interface FilePage {
  total: number;
  start: number;
  /** Undefined where a line is not shown whole. */
  lines: (string | undefined)[];
}

/** Undefined: there is no such file, or it cannot be shown. */
export function parseFilePage(text: string): FilePage | undefined {
  const [heading = "", ...rest] = text.split("\n");
  if (/ is empty$/.test(heading)) return { total: 0, start: 1, lines: [] };
  const total = /\((?:(\d+) lines|lines \d+-\d+ of (\d+))/.exec(heading);
  if (!total) return undefined;
  const numbered = rest.map((line) => numberedLine.exec(line)).filter((match) => match !== null);
  return {
    total: Number(total[1] ?? total[2]),
    start: Number(numbered[0]?.[1] ?? 1),
    lines: numbered.map((match) => (cutLine.test(match[2] ?? "") ? undefined : (match[2] ?? ""))),
  };
}

export interface EditResult {
  ok: boolean;
  /** "2 places (lines 3, 9)" of an edit. */
  places: string;
  /** The first line: what was done, or why not. */
  text: string;
  isAmbiguous: boolean;
}

export function parseEdit(text: string): EditResult {
  const [first = ""] = text.split("\n");
  const edited = /^edited .*?: (\d+ places? \([^;)]*)/.exec(first);
  return {
    ok: edited !== null || /^wrote /.test(first) || / holds exactly this already/.test(first),
    places: edited?.[1] === undefined ? "" : `${edited[1]})`,
    // the lines that it shows are not said on
    text: first.replace(/ Did you mean\b.*$/, ""),
    isAmbiguous: /\bold is there \d+ times\b/.test(first),
  };
}

export type TestRun =
  | { type: "ran"; ok: boolean; counts: string }
  | { type: "none"; why: string }
  | { type: "refused"; why: string };

export function parseTestRun(text: string): TestRun {
  const [first = ""] = text.split("\n");
  if (/^no tests were found/.test(first) || /: no tests ran\b/.test(first)) return { type: "none", why: first };
  const [, counts, end] = runPattern.exec(first) ?? [];
  if (end === undefined) return { type: "refused", why: first };
  const failed = Number(/(\d+) failed/.exec(counts ?? "")?.[1] ?? 0);
  return { type: "ran", ok: /^exit code 0\b/.test(end) && failed === 0, counts: counts ?? end.replace(/\).*$/, "") };
}

/** "node:test: 1 passed, …"; several runners' are "pytest + ctest: …". */
const runPattern =
  /^\S+(?: \+ \S+)*: (?:(\d+ passed, \d+ failed, \d+ skipped)|the output has no summary with counts) \((.*)$/;

/** What a person said to `ask_user`; undefined: no answer. */
export function parseAnswer(text: string): string | undefined {
  return /^The person answered: ([\s\S]*)$/.exec(text)?.[1]?.trim();
}
