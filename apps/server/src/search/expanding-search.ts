// A search that asks a model for words first where the request wants them, and says in its answer whose words it used.
import type { SearchResponse } from "@outpost/protocol";
import { isOneName } from "@outpost/retrieval";
import type { AskedModel, Expanded, QueryExpander } from "./query-expander.ts";
import type { SearchService, ViewSearch } from "./search-service.ts";

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
  /** Null with no note: there is nothing to search. */
  async function wordsFor({ expand, expansion, ...request }: ExpandableSearch, signal: AbortSignal): Promise<Expanded> {
    if (isOneName(request.query))
      return { expansion: null, note: "searched without other words: the query is one name" };
    if (expansion !== undefined) return { expansion: { ...expansion, model: null }, note: null };
    const { about: query = request.query, ...named } = expand ?? {};
    const languages = await search.mainLanguages(request.viewId, signal);
    return languages === null ? nothing : expander.expand({ ...named, query, languages }, signal);
  }

  return async (asked, signal = new AbortController().signal) => {
    const { expand, expansion: given, ...request } = asked;
    if (expand === undefined && given === undefined) return search.search(request, signal);
    const { expansion, note } = await wordsFor(asked, signal);
    const { names = [], words = [] } = expansion ?? {};
    const isExpanded = names.length + words.length > 0;
    const found = await search.search(isExpanded ? { ...request, expansion: { names, words } } : request, signal);
    if (note !== null) found.coverage.notes.push(note);
    return expansion === null ? found : { ...found, expansion };
  };
}

const nothing: Expanded = { expansion: null, note: null };
