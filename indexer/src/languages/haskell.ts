import type { Language } from "./language.ts";
import { haskellLexis } from "./lexis.ts";

export const haskell: Language = {
  name: "haskell",
  extensions: [".hs"],
  grammar: {
    load: async () => (await import("tree-sitter-haskell")).default,
    wasm: "tree-sitter-haskell/tree-sitter-haskell.wasm",
    // A function's equations each name it, and its signature too; the symbol table joins neighbours of one name.
    query: `
      (declarations [(signature name: (variable) @name) (function name: (variable) @name) (bind name: (variable) @name)] @function)
      (class_declarations (signature name: (variable) @name) @method)
      (instance_declarations [(function name: (variable) @name) (bind name: (variable) @name)] @method)
      (data_type name: (name) @name) @struct
      (newtype name: (name) @name) @struct
      (type_synomym name: (name) @name) @type
      (type_family name: (name) @name) @type
      (declarations (function (infix operator: [(operator) @name (infix_id (variable) @name)])) @function)
      (declarations (signature name: (prefix_id (operator) @name)) @function)
      (data_constructor constructor: (_ name: (constructor) @name)) @member
      (newtype_constructor name: (_) @name) @member
      (gadt_constructor name: (constructor) @name) @member
      (field name: (field_name (variable) @name)) @member
      (class name: (name) @name) @interface
      (instance name: (name) @name) @implementation
    `,
    leading: new Set(["comment", "haddock", "pragma"]),
  },
  lexis: haskellLexis,
  definitionLines: [
    { kind: "function", pattern: /^([a-z_][\w']*)\s*::/ },
    { kind: "class", pattern: /^(?:class|instance)\s+(?:[^=]*=>\s*)?([A-Z][\w']*)/ },
    { kind: "type", pattern: /^(?:data|newtype|type(?:\s+family)?)\s+([A-Z][\w']*)/ },
  ],
};
