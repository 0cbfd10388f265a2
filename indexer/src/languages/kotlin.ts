import { definitionLine, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { kotlinLexis } from "./lexis.ts";

export const kotlin: Language = {
  name: "kotlin",
  extensions: [".kt", ".kts"],
  grammar: {
    load: async () => (await import("@tree-sitter-grammars/tree-sitter-kotlin")).default,
    wasm: "@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm",
    query: `
      (class_declaration "interface" name: (_) @name) @interface
      (class_declaration name: (_) @name (enum_class_body)) @enum
      (class_declaration name: (_) @name) @class
      (object_declaration name: (_) @name) @class
      (companion_object name: (_) @name) @class
      (function_declaration name: (_) @name) @function
      (type_alias type: (identifier) @name) @type
      (enum_entry (identifier) @name) @member
      (class_parameter ["val" "var"] (identifier) @name) @member
      (source_file (property_declaration (variable_declaration (identifier) @name)) @property)
      (class_body (property_declaration (variable_declaration (identifier) @name)) @property)
    `,
    leading: new Set(["line_comment", "block_comment"]),
  },
  lexis: kotlinLexis,
  definitionLines: [
    definitionLine("function", "fun(?:\\s+<[^>]*>)?", "(?:[\\w<>?]+\\.)?(\\w+)"),
    ...typeLines,
    definitionLine("type", "typealias"),
  ],
};
