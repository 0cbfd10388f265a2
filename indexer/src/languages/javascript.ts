import type { Language } from "./language.ts";
import { scriptLexis } from "./lexis.ts";

/** Shared with TypeScript, whose grammar extends this one. */
export const scriptQuery = `
  (function_declaration name: (_) @name) @function
  (generator_function_declaration name: (_) @name) @function
  (class_declaration name: (_) @name) @class
  (method_definition name: (_) @name) @method
  (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
  (variable_declarator name: (identifier) @name value: (class)) @class
  (assignment_expression
    left: (member_expression property: (_) @name)
    right: [(arrow_function) (function_expression)]) @function
  (assignment_expression left: (member_expression property: (_) @name) right: (class)) @class
  (pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @function
  (program (lexical_declaration (variable_declarator name: (identifier) @name) @member))
  (program (variable_declaration (variable_declarator name: (identifier) @name) @member))
  (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
`;

export const scriptLeading: ReadonlySet<string> = new Set(["comment", "decorator", "hash_bang_line"]);

export const javascript: Language = {
  name: "javascript",
  extensions: [".js", ".mjs", ".cjs", ".jsx"],
  fileNames: ["jakefile"],
  interpreters: ["node", "nodejs", "bun"],
  grammar: {
    load: async () => (await import("tree-sitter-javascript")).default,
    wasm: "tree-sitter-javascript/tree-sitter-javascript.wasm",
    query: `${scriptQuery}
      (field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @method
      (field_definition property: (_) @name) @member
    `,
    leading: scriptLeading,
  },
  lexis: scriptLexis,
};
