// A search that asks a model for words first where the request wants them, and says in its answer whose words it used.
import type { SearchResponse } from "@outpost/protocol";
import type { QueryExpander } from "./query-expander.ts";
import type { SearchService, ViewSearch } from "./search-service.ts";

export interface ExpandableSearch extends ViewSearch {
  /** Absent: nobody is asked. */
  expand?: {
    /** What the model is told; absent: the query. */
    about?: string;
    /** Absent: the first of the server's chain that answers. */
    model?: string;
  };
}

export type ExpandingSearch = (request: ExpandableSearch, signal?: AbortSignal) => Promise<SearchResponse>;

export function createExpandingSearch(
  search: Pick<SearchService, "search" | "mainLanguages">,
  expander: QueryExpander,
): ExpandingSearch {
  return async ({ expand, ...request }, signal = new AbortController().signal) => {
    if (expand === undefined) {
      const found = await search.search(request, signal);
      return request.expansion === undefined ? found : { ...found, expansion: { ...request.expansion, model: null } };
    }
    const { about: query = request.query, ...named } = expand;
    const languages = await search.mainLanguages(request.viewId, signal);
    const { expansion, note } = await expander.expand({ ...named, query, languages }, signal);
    if (expansion !== null) {
      const { names, words } = expansion;
      return { ...(await search.search({ ...request, expansion: { names, words } }, signal)), expansion };
    }
    const found = await search.search(request, signal);
    if (note !== null) found.coverage.notes.push(note);
    return found;
  };
}
