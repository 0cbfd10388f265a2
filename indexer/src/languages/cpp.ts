import { cQuery } from "./c.ts";
import type { Language } from "./language.ts";
import { cLexis } from "./lexis.ts";

export const cpp: Language = {
  name: "cpp",
  extensions: [".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".tpp", ".inl", ".cu", ".cuh"],
  grammar: {
    load: async () => (await import("tree-sitter-cpp")).default,
    wasm: "tree-sitter-cpp/tree-sitter-cpp.wasm",
    query: `${cQuery}
      (class_specifier name: (_) @name body: (_)) @class
      (namespace_definition name: (_) @name) @namespace
      (alias_declaration name: (_) @name) @type
      (concept_definition name: (_) @name) @type
    `,
    leading: new Set(["comment", "access_specifier"]),
  },
  lexis: cLexis,
};

/** What only C++ has, at the beginning of a line of a header. */
const cppLine =
  /^\s*(?:class\s+\w|namespace\b|template\s*<|using\s+\w|(?:public|private|protected)\s*:|(?:inline|constexpr)\s+.*::|.*\bstd::|#\s*include\s*<(?:string|vector|memory|map|cstd\w+|functional|iostream|utility)>)/m;

/** Whether a `.h` file is C++: by its text, without the comments that speak of classes. */
export function looksLikeCpp(text: string): boolean {
  return cppLine.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ""));
}
