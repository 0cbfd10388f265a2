import { definitionLine, typedMethod, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { csharpLexis } from "./lexis.ts";

export const csharp: Language = {
  name: "csharp",
  extensions: [".cs"],
  grammar: {
    load: async () => (await import("tree-sitter-c-sharp")).default,
    wasm: "tree-sitter-c-sharp/tree-sitter-c_sharp.wasm",
    query: `
      (namespace_declaration name: (_) @name) @namespace
      (class_declaration name: (_) @name) @class
      (record_declaration name: (_) @name) @class
      (struct_declaration name: (_) @name) @struct
      (interface_declaration name: (_) @name) @interface
      (enum_declaration name: (_) @name) @enum
      (delegate_declaration name: (_) @name) @type
      (method_declaration name: (_) @name) @method
      (constructor_declaration name: (_) @name) @method
      (local_function_statement name: (_) @name) @function
      (property_declaration name: (_) @name) @property
      (enum_member_declaration name: (_) @name) @member
      (field_declaration (variable_declaration (variable_declarator name: (_) @name))) @member
      (event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @property
      (event_declaration name: (_) @name) @property
    `,
    leading: new Set(["comment"]),
  },
  lexis: csharpLexis,
  definitionLines: [...typeLines, definitionLine("namespace", "namespace", "([\\w.]+)"), typedMethod],
};
