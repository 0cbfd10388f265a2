// The port of what is known of the code by its names, in the view of a run: what `find_symbol` and `repository_map` ask.
import type {
  FindReferencesQuery,
  FindSymbolsQuery,
  MapQuery,
  ReferenceList,
  RepositoryMapReply,
  SymbolList,
} from "@outpost/protocol";

type Asked<Query> = Omit<Query, "repositoryId">;

/** All reject with `unavailable` (retryable) when the index cannot be read. A denied file is in no answer. */
export interface CodeKnowledge {
  symbols(query: Asked<FindSymbolsQuery>, signal: AbortSignal): Promise<SymbolList>;
  references(query: Asked<FindReferencesQuery>, signal: AbortSignal): Promise<ReferenceList>;
  /** Rejects with `not_found` when there is nothing at the focus. */
  map(query: Asked<MapQuery>, signal: AbortSignal): Promise<RepositoryMapReply>;
}
