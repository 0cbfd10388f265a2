// For tests of search: texts by path as an index of one chunk a file, without vectors, and the view of all of them.
import type { LoadedEntry } from "../ports/catalog.ts";
import type { WordTranslations } from "../ports/embedder.ts";
import { extractTerms } from "../terms/extract-terms.ts";
import { SearchIndex } from "./search-index.ts";
import type { SearchView } from "./search-view.ts";

export function indexTexts(
  texts: Record<string, string>,
  translations?: WordTranslations,
): { index: SearchIndex; view: SearchView } {
  const index = new SearchIndex(translations);
  const entries = Object.entries(texts).map(([path, text], at): LoadedEntry => {
    const chunk = { startLine: 1, endLine: 9, kind: "block", symbol: null, scope: [], definitions: [] };
    const terms = [extractTerms({ path, chunk, text })];
    const place = { entryId: at + 1, path, blob: path, language: "text", firstChunkId: at + 1 };
    return { ...place, chunks: [chunk], terms, vectors: new Int8Array(0) };
  });
  index.add(entries);
  return { index, view: index.createView(entries.map(({ entryId }) => entryId)) };
}
