import { definitionLine } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { zigLexis } from "./lexis.ts";

export const zig: Language = {
  name: "zig",
  extensions: [".zig"],
  grammar: {
    load: async () => (await import("@tree-sitter-grammars/tree-sitter-zig")).default,
    query: `
      (function_declaration name: (_) @name) @function
      (variable_declaration . (identifier) @name [(struct_declaration) (union_declaration)]) @struct
      (variable_declaration . (identifier) @name (enum_declaration)) @enum
      (container_field name: (identifier) @name) @member
      (struct_declaration (variable_declaration . (identifier) @name) @member)
      (source_file (variable_declaration . (identifier) @name) @constant)
    `,
    leading: new Set(["comment"]),
  },
  lexis: zigLexis,
  definitionLines: [
    definitionLine("function", "fn"),
    { kind: "struct", pattern: /^\s*(?:pub\s+)?const\s+(\w+)\s*=\s*(?:packed |extern )?(?:struct|union|enum)\b/ },
  ],
};
