// Answers about the code of one view from its table of symbols and its texts: symbols, references, a map, what a path is. Never writes the
// catalog. Invariant: a file that the rules deny is in no answer, and in no rank behind one.
import { charactersFor, charactersPerToken, estimateTokens } from "@outpost/core";
import {
  type Coverage,
  type ExplainQuery,
  type FindReferencesQuery,
  type FindSymbolsQuery,
  type MapQuery,
  OutpostError,
  type PathExplanation,
  type ReferenceList,
  type RelatedCode,
  type RelatedQuery,
  type RepositoryMapReply,
  type SymbolList,
} from "@outpost/protocol";
import { type CatalogReader, mapRepository, parseQualifiedName, type SymbolTable } from "@outpost/retrieval";
import { toIndexedPath, toPathPrefix } from "../search/indexed-path.ts";
import type { SearchService } from "../search/search-service.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { describePath } from "./describe-path.ts";
import { findRelated } from "./find-related.ts";
import { type CodeView, createSymbolTables } from "./loaded-symbols.ts";
import { readReferences } from "./read-references.ts";
import { filesBelow, toCodeSymbol } from "./table-places.ts";

type Asked<Query> = Omit<Query, "repositoryId">;

export interface CodeService {
  symbols(view: CodeView, query: Asked<FindSymbolsQuery>): Promise<SymbolList>;
  references(view: CodeView, query: Asked<FindReferencesQuery>, signal?: AbortSignal): Promise<ReferenceList>;
  /** Rejects with `not_found` when the view shows nothing at the focus. */
  map(view: CodeView, query: Asked<MapQuery>): Promise<RepositoryMapReply>;
  /** Rejects with `not_found` when the view shows nothing there. */
  explain(view: CodeView, query: Asked<ExplainQuery>): Promise<PathExplanation>;
  /** Rejects with `not_found` when the view does not show the file. */
  related(view: CodeView, query: Asked<RelatedQuery>, signal?: AbortSignal): Promise<RelatedCode>;
  close(): Promise<void>;
}

export interface CodeServiceOptions {
  /** Called once, at the first question. */
  openReader: () => Promise<CatalogReader>;
  search: Pick<SearchService, "search" | "coverage">;
  redactor: Pick<Redactor, "redactValue">;
}

export function createCodeService({ openReader, search, redactor }: CodeServiceOptions): CodeService {
  let opening: Promise<CatalogReader> | undefined;
  const tables = createSymbolTables();
  async function ask<Answer>(
    view: CodeView,
    answer: (table: SymbolTable, reader: CatalogReader, coverage: Coverage) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    opening ??= openReader();
    const reader = await opening;
    const { table } = await tables.load(reader, view);
    return redactor.redactValue(await answer(table, reader, await search.coverage(view.viewId)));
  }
  const ranks = async (view: CodeView, focus: ReadonlySet<number>) => {
    opening ??= openReader();
    return (await tables.load(await opening, view)).graph().rank(focus);
  };

  return {
    symbols: (view, { name, prefix, path, kind, limit }) =>
      ask(view, (table, _, coverage) => {
        const found = table.find({
          ...(name === undefined ? {} : { name }),
          ...(prefix === undefined ? {} : { prefix }),
          ...(path === undefined ? {} : { pathPrefix: toPathPrefix(path) }),
          ...(kind === undefined ? {} : { kind }),
        });
        const items = found.slice(0, limit).map((placed) => toCodeSymbol(table, placed));
        return { items, total: found.length, coverage };
      }),
    references: (view, { name, path, limit }, signal) =>
      ask(view, async (table, reader, coverage) => {
        const definitions = table.find({ name });
        const names = new Set(definitions.map(({ symbol }) => symbol.name));
        if (names.size === 0) names.add(parseQualifiedName(name).name);
        const found = await readReferences(reader, table, names, {
          pathPrefix: toPathPrefix(path ?? ""),
          limit,
          signal,
        });
        const shown = definitions.slice(0, limit).map((placed) => toCodeSymbol(table, placed));
        return { name, definitions: shown, ...found, coverage };
      }),
    map: (view, { tokens, focus }) =>
      ask(view, async (table, _, coverage) => {
        const below = focus === undefined ? new Set<number>() : filesBelow(table, toIndexedPath(focus));
        if (focus !== undefined && below.size === 0) throw nothingAt(focus);
        const ranked = await ranks(view, below);
        let maxCharacters = Math.floor(tokens * charactersPerToken);
        let map = mapRepository({ table, ranks: ranked, focus: below, maxCharacters });
        if (estimateTokens(map.text) > tokens) {
          maxCharacters = charactersFor(tokens, map.text);
          map = mapRepository({ table, ranks: ranked, focus: below, maxCharacters });
        }
        const files = map.files.map((file) => ({
          ...file,
          symbols: file.symbols.map((symbol) => ({ ...symbol, path: file.path, language: file.language })),
        }));
        return { ...map, files, estimatedTokens: estimateTokens(map.text), coverage };
      }),
    explain: (view, { path, limit }) =>
      ask(view, async (table, _, coverage) => {
        const described = describePath(table, await ranks(view, new Set()), toIndexedPath(path), limit);
        if (described === undefined) throw nothingAt(path);
        return { ...described, coverage };
      }),
    related: (view, query, signal) =>
      ask(view, async (table, reader, coverage) => {
        const found = await findRelated({ table, reader, search, view, signal }, query);
        if (found === undefined) throw nothingAt(query.path);
        return { ...found, coverage };
      }),
    async close() {
      await (await opening)?.close();
    },
  };
}

function nothingAt(path: string): OutpostError {
  return new OutpostError(
    "not_found",
    `the index shows nothing at "${path}"; look with outpost explain, or index again`,
  );
}
