// A search that asks a model for words first where the request wants them, and says in its answer whose words it used.
import type { SearchResponse } from "@outpost/protocol";
import { isOneName } from "@outpost/retrieval";
import type { AskedModel, Expanded, QueryExpander } from "./query-expander.ts";
import type { ViewSearch } from "./rank-view.ts";
import type { SearchService } from "./search-service.ts";

export interface ExpandableSearch extends ViewSearch {
  /** Absent: nobody is asked. */
  expand?: {
    /** What the model is told; absent: the query. */
    about?: string;
    model?: AskedModel;
  };
}

export type ExpandingSearch = (request: ExpandableSearch, signal?: AbortSignal) => Promise<SearchResponse>;

export function createExpandingSearch(
  search: Pick<SearchService, "search" | "mainLanguages">,
  expander: QueryExpander,
): ExpandingSearch {
  /** Null with no note: there is nothing to search. `loadMs`: the search that follows finds the index in memory, since this waited for it. */
  async function wordsFor(
    { expand, expansion, ...request }: ExpandableSearch,
    signal: AbortSignal,
  ): Promise<Expanded & { loadMs: number }> {
    if (isOneName(request.query))
      return { expansion: null, note: "searched without other words: the query is one name", loadMs: 0 };
    if (expansion !== undefined) return { expansion: { ...expansion, model: null }, note: null, loadMs: 0 };
    const { about: query = request.query, ...named } = expand ?? {};
    const { languages, loadMs } = await search.mainLanguages(request.viewId, signal);
    const expanded = languages === null ? nothing : await expander.expand({ ...named, query, languages }, signal);
    return { ...expanded, loadMs };
  }

  return async (asked, signal = new AbortController().signal) => {
    const { expand, expansion: given, ...request } = asked;
    if (expand === undefined && given === undefined) return search.search(request, signal);
    const { expansion, note, loadMs } = await wordsFor(asked, signal);
    const { names = [], words = [] } = expansion ?? {};
    const isExpanded = names.length + words.length > 0;
    const found = await search.search(isExpanded ? { ...request, expansion: { names, words } } : request, signal);
    if (note !== null) found.coverage.notes.push(note);
    const times = { tookMs: found.tookMs + loadMs, loadMs: found.loadMs + loadMs };
    return { ...found, ...times, ...(expansion && { expansion }) };
  };
}

const nothing: Expanded = { expansion: null, note: null };
