import { typedMethod, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { javaLexis } from "./lexis.ts";

export const java: Language = {
  name: "java",
  extensions: [".java"],
  grammar: {
    load: async () => (await import("tree-sitter-java")).default,
    wasm: "tree-sitter-java/tree-sitter-java.wasm",
    query: `
      (class_declaration name: (_) @name) @class
      (record_declaration name: (_) @name) @class
      (interface_declaration name: (_) @name) @interface
      (annotation_type_declaration name: (_) @name) @interface
      (enum_declaration name: (_) @name) @enum
      (method_declaration name: (_) @name) @method
      (constructor_declaration name: (_) @name) @method
      (compact_constructor_declaration name: (_) @name) @method
      (field_declaration (modifiers "static" "final") declarator: (variable_declarator name: (_) @name)) @constant
      (enum_constant name: (_) @name) @member
      (annotation_type_element_declaration name: (_) @name) @member
      (field_declaration declarator: (variable_declarator name: (_) @name)) @member
      (constant_declaration declarator: (variable_declarator name: (_) @name)) @constant
    `,
    leading: new Set(["line_comment", "block_comment"]),
  },
  lexis: javaLexis,
  definitionLines: [...typeLines, typedMethod],
};
