import type { Language } from "./language.ts";
import { goLexis } from "./lexis.ts";

/** A method's receiver encloses it, although it is defined elsewhere. */
const receiver = ["(type_identifier) @scope", "(generic_type type: (type_identifier) @scope)"]
  .flatMap((type) => [type, `(pointer_type ${type})`])
  .join(" ");

export const go: Language = {
  name: "go",
  extensions: [".go"],
  grammar: {
    load: async () => (await import("tree-sitter-go")).default,
    wasm: "tree-sitter-go/tree-sitter-go.wasm",
    query: `
      (function_declaration name: (identifier) @name) @function
      (method_declaration
        receiver: (parameter_list (parameter_declaration type: [${receiver}]))
        name: (field_identifier) @name) @method
      (type_spec name: (type_identifier) @name type: (struct_type)) @struct
      (type_spec name: (type_identifier) @name type: (interface_type)) @interface
      (type_spec name: (type_identifier) @name) @type
      (type_alias name: (type_identifier) @name) @type
      (interface_type (method_elem name: (_) @name) @member)
      (struct_type (field_declaration_list (field_declaration name: (_) @name) @member))
      (source_file (const_declaration (const_spec name: (identifier) @name) @constant))
      (source_file (var_declaration (var_spec name: (identifier) @name) @constant))
      (source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @constant)))
    `,
    leading: new Set(["comment"]),
  },
  lexis: goLexis,
  definitionLines: [
    { kind: "function", pattern: /^func\s+(?:\([^)]*\)\s*)?(\w+)/ },
    { kind: "struct", pattern: /^type\s+(\w+)(?:\[[^\]]*\])?\s+struct\b/ },
    { kind: "interface", pattern: /^type\s+(\w+)(?:\[[^\]]*\])?\s+interface\b/ },
    { kind: "type", pattern: /^type\s+(\w+)/ },
  ],
};
