import type { Language } from "./language.ts";
import { luaLexis } from "./lexis.ts";

/** `a.b` in `function a.b.c()` encloses `c`. */
const table = "[(identifier) (dot_index_expression)]";

export const lua: Language = {
  name: "lua",
  extensions: [".lua"],
  interpreters: ["lua", "luajit"],
  grammar: {
    load: async () => (await import("@tree-sitter-grammars/tree-sitter-lua")).default,
    wasm: "@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm",
    query: `
      (function_declaration name: (identifier) @name) @function
      (function_declaration name: (dot_index_expression table: ${table} @scope field: (_) @name)) @function
      (function_declaration name: (method_index_expression table: (identifier) @scope method: (_) @name)) @method
      (assignment_statement
        (variable_list . name: [(identifier) @name
          (dot_index_expression table: ${table} @scope field: (_) @name)])
        (expression_list . value: (function_definition))) @function
      (chunk (assignment_statement (variable_list . name: (dot_index_expression table: (identifier) @scope field: (_) @name))) @member)
      (chunk (variable_declaration (assignment_statement (variable_list . name: (identifier) @name)) @member))
      (field name: (identifier) @name value: (function_definition)) @function
    `,
    leading: new Set(["comment"]),
  },
  lexis: luaLexis,
  definitionLines: [
    { kind: "function", pattern: /^\s*(?:local\s+)?function\s+(?:[\w.]+[.:])?(\w+)/ },
    { kind: "function", pattern: /^\s*(?:local\s+)?(?:[\w.]+\.)?(\w+)\s*=\s*function\b/ },
  ],
};
