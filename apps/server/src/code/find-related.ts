// What is related to a place in the code: the definitions it uses, the places that use it, what resembles it, the tests that touch it.
import { getLanguage, scanNames } from "@outpost/indexer";
import type { RelatedCode, RelatedQuery } from "@outpost/protocol";
import {
  type CatalogReader,
  enclosingSymbol,
  explainPath,
  linkOf,
  meantBy,
  type Placed,
  type SymbolFile,
  type SymbolTable,
} from "@outpost/retrieval";
import { toIndexedPath } from "../search/indexed-path.ts";
import type { SearchService } from "../search/search-service.ts";
import type { CodeView } from "./loaded-symbols.ts";
import { readReferences, readText } from "./read-references.ts";
import { toCodeSymbol } from "./table-places.ts";

interface Sources {
  table: SymbolTable;
  reader: CatalogReader;
  search: Pick<SearchService, "search">;
  view: CodeView;
  signal: AbortSignal | undefined;
}

interface Range {
  startLine: number;
  endLine: number;
}

/** Looked at on both sides of a line that is in no definition. */
const linesAround = 10;
const queryCharacters = 400;

/** Undefined when the table does not show the file. */
export async function findRelated(
  sources: Sources,
  { path: given, line, limit }: Omit<RelatedQuery, "repositoryId">,
): Promise<Omit<RelatedCode, "coverage"> | undefined> {
  const { table, reader, signal } = sources;
  const path = toIndexedPath(given);
  const position = table.positionOf(path);
  if (position === undefined) return undefined;
  const file = table.fileAt(position);
  const symbol = enclosingSymbol(file.symbols, line);
  const range = symbol ?? { startLine: Math.max(1, line - linesAround), endLine: line + linesAround };
  const lines = ((await readText(reader, file.blob)) ?? "").split("\n").slice(range.startLine - 1, range.endLine);
  const names = new Set(symbol ? [symbol.name] : []);
  const tests = explainPath(table, path, 200)?.tests ?? [];
  return {
    symbol: symbol ? toCodeSymbol(table, { file: position, symbol }) : null,
    uses: findUses(table, position, range, lines.join("\n"), limit),
    usedBy: symbol ? (await readReferences(reader, table, names, { limit, signal })).items : [],
    similar: await findSimilar(sources, file, range, describeQuery(symbol?.name, lines), limit),
    tests: tests
      .filter((test) => !symbol || test.names.length === 0 || usesName(table, test.path, symbol.name))
      .slice(0, limit),
  };
}

/** Definitions elsewhere of the names in the text, those that say most first. */
function findUses(table: SymbolTable, position: number, range: Range, text: string, limit: number) {
  const { lexis } = getLanguage(table.fileAt(position).language);
  const counts = new Map<string, number>();
  if (lexis) scanNames(text, lexis, (name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  const isInside = ({ file, symbol }: Placed) =>
    file === position && symbol.line >= range.startLine && symbol.line <= range.endLine;
  const found = [...counts].flatMap(([name, count]) => {
    const here = table.definitionsOf(name).filter(({ file }) => file === position);
    if (here.some(isInside)) return [];
    const { strength, definers } = linkOf(table, name);
    const elsewhere = new Set(meantBy(table, position, definers));
    // A name that the file defines means its own.
    const meant = here.length > 0 ? here : table.sharedDefinitionsOf(name).filter(({ file }) => elsewhere.has(file));
    const weight = ((here.length > 0 ? 0.5 : 0) + strength) * Math.sqrt(count);
    return weight === 0 ? [] : meant.map((placed) => ({ placed, weight: weight / meant.length }));
  });
  return found
    .sort((a, b) => b.weight - a.weight || a.placed.file - b.placed.file || a.placed.symbol.line - b.placed.symbol.line)
    .slice(0, limit)
    .map(({ placed }) => toCodeSymbol(table, placed));
}

async function findSimilar(
  { search, view, signal }: Sources,
  file: SymbolFile,
  range: Range,
  query: string,
  limit: number,
): Promise<RelatedCode["similar"]> {
  if (query === "") return [];
  const { hits } = await search.search({ viewId: view.viewId, query, limit: limit + 5 }, signal);
  return hits
    .filter(({ path, startLine, endLine }) => {
      const isSame = path === file.path && startLine <= range.endLine && endLine >= range.startLine;
      return !isSame && view.files.judge(path).access !== "deny";
    })
    .slice(0, limit)
    .map(({ path, startLine, endLine, symbol, score }) => ({ path, startLine, endLine, symbol, score }));
}

/** Its name, and how it begins: signature and documentation. */
function describeQuery(name: string | undefined, lines: readonly string[]): string {
  const beginning = lines.slice(0, 6).join(" ").replace(/\s+/g, " ").trim();
  return `${name ?? ""} ${beginning}`.trim().slice(0, queryCharacters);
}

function usesName(table: SymbolTable, path: string, name: string): boolean {
  const position = table.positionOf(path);
  return position !== undefined && table.fileAt(position).names.includes(name);
}
