import { definitionLine, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { swiftLexis } from "./lexis.ts";

export const swift: Language = {
  name: "swift",
  extensions: [".swift"],
  grammar: {
    load: async () => (await import("tree-sitter-swift")).default,
    query: `
      (class_declaration declaration_kind: "struct" name: (_) @name) @struct
      (class_declaration declaration_kind: "enum" name: (_) @name) @enum
      (class_declaration declaration_kind: "extension" name: (_) @name) @implementation
      (class_declaration name: (type_identifier) @name) @class
      (protocol_declaration name: (_) @name) @interface
      (function_declaration name: (simple_identifier) @name) @function
      (protocol_function_declaration name: (simple_identifier) @name) @function
      (init_declaration "init" @name) @method
      (enum_entry name: (simple_identifier) @name) @member
      (protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @member
      (typealias_declaration name: (type_identifier) @name) @type
      (class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @property)
      (source_file (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @constant)
    `,
    leading: new Set(["comment", "multiline_comment"]),
  },
  lexis: swiftLexis,
  definitionLines: [definitionLine("function", "func"), ...typeLines, definitionLine("type", "typealias")],
};
