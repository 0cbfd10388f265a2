export { type ExpandedSearchInput, expandedSearch } from "./index/expanded-search.ts";
export { type HybridSearchInput, hybridSearch } from "./index/hybrid-search.ts";
export {
  type Match,
  type RankedChunk,
  SearchIndex,
  type SearchInput,
} from "./index/search-index.ts";
export type { SearchView } from "./index/search-view.ts";
export { type PackedHits, type PackedSection, type PackOptions, packHits } from "./packing/pack-hits.ts";
export type * from "./ports/index.ts";
export { textToEmbed } from "./query/essential-text.ts";
export {
  composeExpansionPrompt,
  expandQuery,
  expansionSchema,
  readExpansion,
} from "./query/query-expansion.ts";
export { isOneName } from "./query/query-symbols.ts";
export { weights } from "./ranking/weights.ts";
export { type Connection, type EntryPoint, type Explanation, explainPath } from "./symbols/explain-path.ts";
export { linkOf, meantBy } from "./symbols/links.ts";
export { parseQualifiedName } from "./symbols/qualified-name.ts";
export { type Ranks, ReferenceGraph } from "./symbols/reference-graph.ts";
export { type MappedFile, mapRepository, type RepositoryMap } from "./symbols/repository-map.ts";
export {
  enclosingSymbol,
  type Placed,
  type SymbolFile,
  type SymbolQuery,
  SymbolTable,
} from "./symbols/symbol-table.ts";
export { extractTerms, type TermInput } from "./terms/extract-terms.ts";
export { termsVersion } from "./terms/hash-term.ts";
