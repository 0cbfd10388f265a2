import { definitionLine } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { rustLexis } from "./lexis.ts";

const typeName = `[(type_identifier) @name
  (generic_type type: (type_identifier) @name)
  (generic_type type: (scoped_type_identifier name: (type_identifier) @name))
  (scoped_type_identifier name: (type_identifier) @name)
  (reference_type type: (type_identifier) @name)]`;

export const rust: Language = {
  name: "rust",
  extensions: [".rs"],
  grammar: {
    load: async () => (await import("tree-sitter-rust")).default,
    wasm: "tree-sitter-rust/tree-sitter-rust.wasm",
    query: `
      (function_item name: (_) @name) @function
      (function_signature_item name: (_) @name) @function
      (struct_item name: (_) @name) @struct
      (union_item name: (_) @name) @struct
      (enum_item name: (_) @name) @enum
      (enum_variant name: (_) @name) @member
      (field_declaration name: (_) @name) @member
      (trait_item name: (_) @name) @interface
      (impl_item type: ${typeName}) @implementation
      (mod_item name: (_) @name body: (_)) @namespace
      (type_item name: (_) @name) @type
      (macro_definition name: (_) @name) @macro
      (const_item name: (_) @name) @constant
      (static_item name: (_) @name) @constant
    `,
    leading: new Set(["line_comment", "block_comment", "attribute_item"]),
  },
  lexis: rustLexis,
  definitionLines: [
    definitionLine("function", 'fn|extern "C" fn'),
    definitionLine("struct", "struct|union"),
    definitionLine("enum", "enum"),
    definitionLine("interface", "trait"),
    definitionLine("namespace", "mod"),
    definitionLine("type", "type"),
    { kind: "macro", pattern: /^\s*macro_rules!\s+(\w+)/ },
  ],
};
