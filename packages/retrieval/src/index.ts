export { type HybridSearchInput, hybridSearch } from "./index/hybrid-search.ts";
export {
  type Match,
  type RankedChunk,
  SearchIndex,
  type SearchInput,
  type VectorScores,
} from "./index/search-index.ts";
export type { SearchView } from "./index/search-view.ts";
export { type PackedHits, type PackedSection, type PackOptions, packHits } from "./packing/pack-hits.ts";
export type * from "./ports/index.ts";
export { weights } from "./ranking/weights.ts";
export { extractTerms, type TermInput } from "./terms/extract-terms.ts";
export { termsVersion } from "./terms/hash-term.ts";
