import { definitionLine, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { phpLexis } from "./lexis.ts";

export const php: Language = {
  name: "php",
  extensions: [".php", ".phtml"],
  interpreters: ["php"],
  grammar: {
    load: async () => (await import("tree-sitter-php")).default.php,
    wasm: "tree-sitter-php/tree-sitter-php.wasm",
    query: `
      (namespace_definition name: (_) @name body: (_)) @namespace
      (function_definition name: (_) @name) @function
      (method_declaration name: (_) @name) @method
      (class_declaration name: (_) @name) @class
      (trait_declaration name: (_) @name) @class
      (interface_declaration name: (_) @name) @interface
      (enum_declaration name: (_) @name) @enum
      (enum_case name: (_) @name) @member
      (property_declaration (property_element name: (variable_name (name) @name))) @member
      (property_promotion_parameter name: (variable_name (name) @name)) @member
      (const_declaration (const_element (name) @name)) @constant
    `,
    leading: new Set(["comment"]),
  },
  lexis: phpLexis,
  definitionLines: [definitionLine("function", "function", "&?(\\w+)"), ...typeLines],
};
