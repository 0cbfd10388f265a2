import { describe, expect, it } from "vitest";
import { type ReplaceOutcome, replaceText } from "./replace-text.ts";
import { withLineEnding } from "./text-file.ts";

interface Case {
  what: string;
  file: string;
  old: string;
  new: string;
  all?: boolean;
  windows?: boolean;
  /** The text afterwards, or how it is refused. */
  after: string | { type: ReplaceOutcome["type"]; lines?: number[] };
  level?: string;
}

const cases: Case[] = [
  // exact
  { what: "one place", file: "a\nb\nc\n", old: "b", new: "B", after: "a\nB\nc\n", level: "exact" },
  { what: "over lines", file: "a\nb\nc\n", old: "a\nb", new: "x", after: "x\nc\n", level: "exact" },
  { what: "a line is taken out", file: "a\nb\nc\n", old: "b\n", new: "", after: "a\nc\n" },
  { what: "lines are put in", file: "a\nc\n", old: "a\n", new: "a\nb\n", after: "a\nb\nc\n" },
  { what: "all of the file", file: "a\n", old: "a\n", new: "", after: "" },
  {
    what: "special characters of expressions",
    file: "x = $1 (a|b)*\n",
    old: "$1 (a|b)*",
    new: "$& $$",
    after: "x = $& $$\n",
  },
  {
    what: "exact wins over a looser one elsewhere",
    file: '“a”\n"a"\n',
    old: '"a"',
    new: "b",
    after: "“a”\nb\n",
    level: "exact",
  },
  { what: "indentation counts", file: "  a\n", old: "\ta", new: "b", after: { type: "missing" } },
  { what: "spaces inside a line count", file: "a  b\n", old: "a b", new: "c", after: { type: "missing" } },
  { what: "case counts", file: "Name\n", old: "name", new: "x", after: { type: "missing" } },
  // uniqueness
  { what: "two places", file: "a\nb\na\n", old: "a", new: "x", after: { type: "ambiguous", lines: [1, 3] } },
  {
    what: "places that overlap are two",
    file: "aaa\n",
    old: "aa",
    new: "b",
    after: { type: "ambiguous", lines: [1, 1] },
  },
  { what: "two loose places", file: "“a”\n„a“\n", old: '"a"', new: "x", after: { type: "ambiguous", lines: [1, 2] } },
  { what: "nothing changes", file: "a\n", old: "a", new: "a", after: { type: "unchanged", lines: [1] } },
  // all
  { what: "all places", file: "a+b; a+b\na+b\n", old: "a+b", new: "c", all: true, after: "c; c\nc\n" },
  {
    what: "a name: whole words only",
    file: "id = grid.id; idle(id)\n",
    old: "id",
    new: "key",
    all: true,
    after: "key = grid.key; idle(key)\n",
  },
  {
    what: "a name with umlaut: whole words only",
    file: "maß = maße\n",
    old: "maß",
    new: "x",
    all: true,
    after: "x = maße\n",
  },
  {
    what: "a name behind a dollar sign",
    file: "echo $dir $(dir)\n",
    old: "dir",
    new: "folder",
    all: true,
    after: "echo $folder $(folder)\n",
  },
  {
    what: "a name with a dollar sign",
    file: "$x = $xy + $x\n",
    old: "$x",
    new: "$z",
    all: true,
    after: "$z = $xy + $z\n",
  },
  {
    what: "a name only inside of words",
    file: "idle\ngrid\n",
    old: "id",
    new: "key",
    all: true,
    after: { type: "inside_words", lines: [1, 2] },
  },
  { what: "a name, not all: parts of words count", file: "grid\n", old: "id", new: "ey", after: "grey\n" },
  { what: "all, overlapping", file: "aaaa.\n", old: "a.a", new: "", all: true, after: { type: "missing" } },
  { what: "all, side by side", file: "--++--++\n", old: "--", new: "-", all: true, after: "-++-++\n" },
  // unicode
  {
    what: "curly quotes, kept around the change",
    file: "say(“hi”)  # ok\n",
    old: 'say("hi")',
    new: 'say("ho")',
    after: "say(“ho”)  # ok\n",
    level: "unicode",
  },
  { what: "dashes", file: "a – b — c\n", old: "a - b - c", new: "a - b - d", after: "a – b — d\n", level: "unicode" },
  { what: "no-break space", file: "10\u00a0km\n", old: "10 km", new: "20 km", after: "20\u00a0km\n", level: "unicode" },
  {
    what: "accents apart in the file",
    file: "cafe\u0301 au lait\n",
    old: "café au",
    new: "café du",
    after: "cafe\u0301 du lait\n",
    level: "unicode",
  },
  { what: "accents apart in old", file: "café\n", old: "cafe\u0301", new: "tea", after: "tea\n", level: "unicode" },
  {
    what: "an accent is no place to cut",
    file: "cafe\u0301\n",
    old: "cafe",
    new: "x",
    after: "x\u0301\n",
    level: "exact",
  },
  {
    what: "old may not end inside of a character",
    file: "“q\u0308\n",
    old: '"q',
    new: "x",
    after: { type: "missing" },
  },
  {
    what: "marks that do not compose",
    file: "“q\u0308”\n",
    old: '"q\u0308"',
    new: '"qx"',
    after: "“qx”\n",
    level: "unicode",
  },
  {
    what: "a mark that stays without its letter",
    file: "“f” q\u0308\n",
    old: '"f" q\u0308',
    new: "\u0308",
    after: "\u0308\n",
    level: "unicode",
  },
  {
    what: "Hangul apart",
    file: "// \u1112\u1161\u11ab\n",
    old: "// 한",
    new: "// 하나",
    after: "// 하나\n",
    level: "unicode",
  },
  {
    what: "characters outside the base plane",
    file: "a 😀 “b”\n",
    old: '😀 "b"',
    new: '😁 "b"',
    after: "a 😁 “b”\n",
    level: "unicode",
  },
  // trailing
  {
    what: "spaces at line ends, kept where nothing changes",
    file: "a  \nb\t\nc\n",
    old: "a\nb\nc",
    new: "a\nb\nd",
    after: "a  \nb\t\nd\n",
    level: "trailing",
  },
  { what: "spaces at line ends of old", file: "a\nb\n", old: "a  \nb", new: "x", after: "x\n", level: "trailing" },
  {
    what: "insertion between loose lines",
    file: "a \nc\n",
    old: "a\nc",
    new: "a\nb\nc",
    after: "a \nb\nc\n",
    level: "trailing",
  },
  {
    what: "a blank line with spaces",
    file: "a\n    \nb\n",
    old: "a\n\nb",
    new: "a\n\nB",
    after: "a\n    \nB\n",
    level: "trailing",
  },
  {
    what: "loose all",
    file: "f(“x”) \nf(“x”)\n",
    old: 'f("x")',
    new: "g()",
    all: true,
    after: "g() \ng()\n",
    level: "unicode",
  },
  // line endings and the final newline
  { what: "CRLF", file: "a\nb\nc\n", old: "a\nb", new: "x\ny", windows: true, after: "x\ny\nc\n", level: "exact" },
  {
    what: "CRLF, with CRLF in old and new",
    file: "a\nb\n",
    old: "a\r\nb",
    new: "a\r\nc",
    windows: true,
    after: "a\nc\n",
  },
  {
    what: "CRLF and spaces",
    file: "a \nb\n",
    old: "a\nb",
    new: "a\nc\nb",
    windows: true,
    after: "a \nc\nb\n",
    level: "trailing",
  },
  { what: "mixed line ends stay", file: "a\r\nb\nc\r\n", old: "b\nc", new: "b\nd", after: "a\r\nb\nd\r\n" },
  { what: "the final newline stays", file: "a\nb\n", old: "b\n", new: "c", after: "a\nc\n" },
  { what: "no final newline stays none", file: "a\nb", old: "b\n", new: "c\n", after: "a\nc" },
  { what: "no final newline, old without", file: "a\nb", old: "b", new: "c", after: "a\nc" },
  { what: "a final newline that is asked for", file: "a\nb", old: "b", new: "b\n", after: "a\nb\n" },
  { what: "empty file", file: "", old: "a", new: "b", after: { type: "missing" } },
  { what: "old of spaces only", file: "a\n", old: "   ", new: "b", after: { type: "missing" } },
];

describe("replaceText", () => {
  it.each(cases)("$what", (given) => {
    const lineEnding = given.windows ? "\r\n" : "\n";
    const text = given.windows ? withLineEnding(given.file, "\r\n") : given.file;
    const outcome = replaceText({ text, lineEnding }, { old: given.old, new: given.new, all: given.all ?? false });
    if (typeof given.after !== "string") {
      expect(outcome).toMatchObject(given.after);
      return;
    }
    const expected = given.windows ? withLineEnding(given.after, "\r\n") : given.after;
    expect(outcome).toMatchObject({ type: "replaced", text: expected, ...(given.level && { level: given.level }) });
  });

  it("says where the new text is", () => {
    const outcome = replaceText({ text: "a\nx\na\n", lineEnding: "\n" }, { old: "a", new: "b\nb", all: true });
    expect(outcome).toMatchObject({ lines: [1, 4] });
  });

  it("takes a large file", () => {
    const text = "some line of text here\n".repeat(100_000);
    const outcome = replaceText({ text: `${text}“last”\n`, lineEnding: "\n" }, { old: '"last"', new: "x", all: false });
    expect(outcome).toMatchObject({ type: "replaced", lines: [100_001] });
  });

  it("takes a large file that holds the text everywhere", () => {
    const places = 300_000;
    const file = { text: "ab\n".repeat(places), lineEnding: "\n" } as const;
    const once = replaceText(file, { old: "ab", new: "x", all: false });
    expect(once.type === "ambiguous" && once.lines.at(-1)).toBe(places);
    const all = replaceText(file, { old: "ab", new: "x", all: true });
    expect(all.type === "replaced" && all.lines.at(-1)).toBe(places);
  });
});
