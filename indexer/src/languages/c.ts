import type { Language } from "./language.ts";
import { cLexis } from "./lexis.ts";

/** `counter`, `*head`, `names[]`, and no function. */
const variable = ["", "pointer_", "array_"]
  .map((kind) => (kind === "" ? "(identifier) @name" : `(${kind}declarator declarator: (identifier) @name)`))
  .join(" ");

/** Shared with C++, whose grammar extends this one. A `#define` without a value is a guard or a switch, no macro to look for. */
export const cQuery = `
  (function_definition declarator: (_) @declarator) @function
  (struct_specifier name: (_) @name body: (_)) @struct
  (union_specifier name: (_) @name body: (_)) @struct
  (enum_specifier name: (_) @name body: (_)) @enum
  (type_definition declarator: (_) @declarator) @type
  (enumerator name: (identifier) @name) @member
  (field_declaration declarator: (_) @declarator) @member
  (preproc_def name: (identifier) @name value: (_)) @macro
  (preproc_function_def name: (identifier) @name) @macro
  ${["translation_unit", "preproc_ifdef", "preproc_if", "declaration_list"]
    .flatMap((parent) => [
      `(${parent} (declaration declarator: (init_declarator declarator: (_) @declarator)) @constant)`,
      `(${parent} (declaration declarator: [${variable}]) @member)`,
    ])
    .join("\n")}
`;

export const c: Language = {
  name: "c",
  extensions: [".c", ".h"],
  grammar: {
    load: async () => (await import("tree-sitter-c")).default,
    wasm: "tree-sitter-c/tree-sitter-c.wasm",
    query: cQuery,
    leading: new Set(["comment"]),
  },
  lexis: cLexis,
};
