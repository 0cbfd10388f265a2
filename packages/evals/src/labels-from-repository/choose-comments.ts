// Functions that their comment asks about: the comments are taken out of the code, what is left is parsed again for the lines, and of all
// that can be asked some are drawn, the same ones each time.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { detectLanguage, type Language, type Parser } from "@outpost/indexer";
import type { BlobSymbol } from "@outpost/retrieval";
import { queryOfComment } from "./comment-query.ts";
import { takeOutComments } from "./function-comments.ts";

export interface AskedFunction {
  query: string;
  path: string;
  name: string;
  startLine: number;
  endLine: number;
}

export interface Uncommented {
  text: string;
  functions: AskedFunction[];
}

const minLines = 3;
const maxLines = 150;
/** Drawn before those are left out that stand elsewhere. */
const spare = 3;
const maxOfOneFile = 3;

/** The text as it is, and nothing to ask, where taking the comments out would change more than comments. */
export async function uncomment(path: string, text: string, parser: Parser): Promise<Uncommented> {
  const language = detectLanguage(path, text);
  const unchanged = { text, functions: [] };
  if (language.grammar === undefined || language.lexis === undefined) return unchanged;
  const before = await readFunctions(path, text, language, parser);
  if (before === null || before.functions.length === 0) return unchanged;
  const { text: without, comments } = takeOutComments(text, language, before.functions);
  if (without === text) return unchanged;
  const after = await readFunctions(path, without, language, parser);
  if (after === null || before.outline !== after.outline || (after.hasErrors && !before.hasErrors)) return unchanged;
  const lines = without.split("\n");
  const functions = after.functions.flatMap(({ name, startLine, endLine }, at): AskedFunction[] => {
    const comment = comments[at] ?? null;
    const length = endLine - startLine + 1;
    if (comment === null || length < minLines || length > maxLines) return [];
    // What was taken for one function are several of that name, with comments between them.
    if (lines.slice(startLine, endLine).some((line) => /^\s*(?:\/\*\*|\/\/\/)/.test(line))) return [];
    const query = queryOfComment({ comment, name });
    return query === null ? [] : [{ query, path, name, startLine, endLine }];
  });
  return { text: without, functions };
}

/** `functions` in the order of the text; `outline`: what would differ if code were lost. Null where there is no syntax tree. */
async function readFunctions(path: string, text: string, language: Language, parser: Parser) {
  const { outline, problem, hasParseErrors } = await parser.parse({ path, language: language.name, text });
  if (problem !== null || outline === undefined) return null;
  const functions = outline.symbols.filter(isFunction);
  const names = outline.symbols.map(({ kind, container, name }) => `${kind} ${container} ${name}`);
  return { functions, outline: names.join("\n"), hasErrors: hasParseErrors };
}

function isFunction({ kind }: BlobSymbol): boolean {
  return kind === "function" || kind === "method";
}

/** In the order of paths and lines. `paths`: the files of the checkout, in which a question must not stand as it is. */
export async function drawFunctions(
  all: readonly AskedFunction[],
  { limit, folder, paths }: { limit: number; folder: string; paths: readonly string[] },
): Promise<AskedFunction[]> {
  const counts = new Map<string, number>();
  for (const { query } of all) counts.set(bare(query), (counts.get(bare(query)) ?? 0) + 1);
  const ofFile = new Map<string, number>();
  const drawn = all
    .filter(({ query }) => counts.get(bare(query)) === 1)
    .map((each) => ({ each, rank: rankOf(each) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ each }) => each)
    .filter(({ path }) => {
      const count = (ofFile.get(path) ?? 0) + 1;
      ofFile.set(path, count);
      return count <= maxOfOneFile;
    })
    .slice(0, limit * spare);
  const elsewhere = new Set<string>();
  for (const path of paths) {
    const text = bare(await readFile(join(folder, path), "utf8"));
    for (const { query } of drawn) if (text.includes(bare(query))) elsewhere.add(query);
  }
  const kept = drawn.filter(({ query }) => !elsewhere.has(query)).slice(0, limit);
  return kept.sort((a, b) => (a.path === b.path ? a.startLine - b.startLine : a.path < b.path ? -1 : 1));
}

/** By what it is, not where: other commits of the repository draw the same functions. */
function rankOf({ path, name, query }: AskedFunction): string {
  return createHash("sha1").update(`${path}\0${name}\0${query}`).digest("hex");
}

/** Letters and digits alone. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
