// What is known of the code besides search: its symbols and their references, a map, what a path is, what is related, the languages.
import * as code from "../code.ts";
import { IndexedLanguages } from "../languages.ts";
import { defineRoutes } from "../route.ts";

export const codeRoutes = defineRoutes({
  findSymbols: {
    method: "GET",
    path: "/v1/symbols",
    scope: "read",
    media: "json",
    status: 200,
    query: code.FindSymbolsQuery,
    reply: code.SymbolList,
    errors: ["not_found", "invalid_input"],
    summary: "Where a name is defined",
    description:
      "By name, by the beginning of a name, or all below a path. Source comes before tests. From the index: definitions by syntax where the language has a grammar, by the shape of lines elsewhere.",
  },
  findReferences: {
    method: "GET",
    path: "/v1/references",
    scope: "read",
    media: "json",
    status: 200,
    query: code.FindReferencesQuery,
    reply: code.ReferenceList,
    errors: ["not_found", "invalid_input"],
    summary: "Where a name is used",
    description:
      "Lines of code that hold the name, outside of comments and strings, with the definition around each. By spelling: uses of another thing of that name are among them.",
  },
  mapRepository: {
    method: "GET",
    path: "/v1/map",
    scope: "read",
    media: "json",
    status: 200,
    query: code.MapQuery,
    reply: code.RepositoryMapReply,
    errors: ["not_found", "invalid_input"],
    summary: "A map of the repository",
    description:
      "The files that the others lean on (PageRank over references by name), each with the definitions that they use it for, within a budget of tokens.",
  },
  explainPath: {
    method: "GET",
    path: "/v1/explain",
    scope: "read",
    media: "json",
    status: 200,
    query: code.ExplainQuery,
    reply: code.PathExplanation,
    errors: ["not_found", "invalid_input"],
    summary: "What a file or directory is",
    description:
      "Its structure, entry points, dependents, dependencies and the tests that lean on it, derived from names and paths.",
  },
  findRelated: {
    method: "GET",
    path: "/v1/related",
    scope: "read",
    media: "json",
    status: 200,
    query: code.RelatedQuery,
    reply: code.RelatedCode,
    errors: ["not_found", "invalid_input"],
    summary: "Code related to a place",
    description:
      "Of the definition around a line: what it uses, where it is used, what resembles it, tests that touch it.",
  },
  listLanguages: {
    method: "GET",
    path: "/v1/languages",
    scope: "read",
    media: "json",
    status: 200,
    reply: IndexedLanguages,
    errors: ["unavailable"],
    summary: "The languages that are indexed, and how well",
    description:
      "Each with its level, and what reads it on this machine: tree-sitter as native code or WebAssembly, or lines. The grammars are loaded once to find out.",
  },
});
