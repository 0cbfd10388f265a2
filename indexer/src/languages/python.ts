import type { Language } from "./language.ts";
import { pythonLexis } from "./lexis.ts";

export const python: Language = {
  name: "python",
  extensions: [".py", ".pyi", ".pyw"],
  fileNames: ["sconstruct", "sconscript", "wscript"],
  interpreters: ["python", "python2", "python3", "pypy", "pypy3"],
  grammar: {
    load: async () => (await import("tree-sitter-python")).default,
    wasm: "tree-sitter-python/tree-sitter-python.wasm",
    query: `
      (function_definition name: (identifier) @name) @function
      (class_definition name: (identifier) @name) @class
      (module (expression_statement (assignment left: (identifier) @name) @constant)
        (#match? @name "^_?[A-Z][A-Za-z0-9_]*$"))
      (module (expression_statement (assignment left: (identifier) @name) @member))
      (class_definition body: (block (expression_statement (assignment left: (identifier) @name) @member)))
    `,
    leading: new Set(["comment"]),
  },
  lexis: pythonLexis,
};
