// A line of code in the colours of its parts: comments, strings, numbers, keywords. Looks at one line alone: what began on another (a long
// comment, a text over several lines) is not known. An unknown language is coloured as most are.
export type TokenKind = "comment" | "text" | "number" | "keyword" | "plain";

export interface Token {
  text: string;
  kind: TokenKind;
}

const hashComments = new Set([
  "python",
  "shell",
  "bash",
  "ruby",
  "yaml",
  "toml",
  "make",
  "perl",
  "r",
  "dockerfile",
  "cmake",
]);
const dashComments = new Set(["sql", "lua", "haskell"]);
const proseLanguages = new Set(["text", "markdown", ""]);

const keywords = new Set(
  (
    "abstract and as assert async await bool boolean break case catch char class const constexpr continue def default defer del delete do " +
    "double elif else enum except export extends extern false False final finally float fn for from func function global go goto if impl " +
    "implements import in include int interface is lambda let long match mod module mut namespace new nil None nonlocal not null nullptr of " +
    "operator or override package pass private protected pub public raise return self short signed sizeof static string struct super " +
    "switch template this throw throws trait true True try type typedef typename typeof union unsafe unsigned use using var virtual void " +
    "volatile where while with yield"
  ).split(" "),
);

const literals = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`(?:[^`\\]|\\.)*`?/.source;
const numbers = String.raw`\b0[xX][0-9a-fA-F_]+\b|\b\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?\b`;
const rest = String.raw`[\p{L}_$][\p{L}\p{N}_$]*|\s+|[^\s]`;

function commentOf(language: string): string {
  if (hashComments.has(language)) return "#.*$";
  if (dashComments.has(language)) return "--.*$";
  return String.raw`//.*$|/\*.*?(?:\*/|$)`;
}

/** Their texts together are the line. */
export function tokenize(line: string, language: string): Token[] {
  if (proseLanguages.has(language)) return splitWords(line).map((text) => ({ text, kind: "plain" }));
  const pattern = new RegExp(`(${commentOf(language)})|(${literals})|(${numbers})|${rest}`, "gu");
  return [...line.matchAll(pattern)].map(([text, comment, literal, number]) => ({
    text,
    kind: comment ? "comment" : literal ? "text" : number ? "number" : keywords.has(text) ? "keyword" : "plain",
  }));
}

/** Words, runs of white space, and signs one by one: what word-level differences are made of. */
export function splitWords(line: string): string[] {
  return line.match(/[\p{L}\p{N}_$]+|\s+|[^\p{L}\p{N}_$\s]/gu) ?? [];
}
