import { definitionLine, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { javaLexis } from "./lexis.ts";

export const scala: Language = {
  name: "scala",
  extensions: [".scala", ".sc"],
  grammar: {
    load: async () => (await import("tree-sitter-scala")).default,
    wasm: "tree-sitter-scala/tree-sitter-scala.wasm",
    query: `
      (class_definition name: (_) @name) @class
      (object_definition name: (_) @name) @class
      (trait_definition name: (_) @name) @interface
      (enum_definition name: (_) @name) @enum
      (function_definition name: (_) @name) @function
      (function_declaration name: (_) @name) @function
      (type_definition name: (_) @name) @type
      (given_definition name: (_) @name) @constant
      (template_body (val_definition pattern: (identifier) @name) @property)
      (simple_enum_case name: (_) @name) @member
      (full_enum_case name: (_) @name) @member
      (val_declaration name: (_) @name) @member
      (compilation_unit (val_definition pattern: (identifier) @name) @member)
      (package_clause name: (_) @name body: (_)) @namespace
    `,
    leading: new Set(["comment", "block_comment"]),
  },
  lexis: javaLexis,
  definitionLines: [definitionLine("function", "def"), ...typeLines, definitionLine("type", "type")],
};
