// Search whose hits hold no known secrets, whoever asks: the index holds the text of the repository as it is.
import type { SearchService } from "../search/search-service.ts";
import type { Redactor } from "./redactor.ts";

export function redactingSearch(search: SearchService, redactor: Redactor): SearchService {
  return {
    ...search,
    async search(request, signal) {
      const response = await search.search(request, signal);
      return { ...response, hits: redactor.redactValue(response.hits) };
    },
  };
}
