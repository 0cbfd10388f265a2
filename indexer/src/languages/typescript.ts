import { scriptLeading, scriptQuery } from "./javascript.ts";
import type { Grammar, Language } from "./language.ts";
import { scriptLexis } from "./lexis.ts";

const query = `${scriptQuery}
  (abstract_class_declaration name: (_) @name) @class
  (public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @method
  (public_field_definition name: (_) @name) @member
  (required_parameter (accessibility_modifier) pattern: (identifier) @name) @member
  (interface_body [(property_signature name: (_) @name) (method_signature name: (_) @name)] @member)
  (enum_body (property_identifier) @name @member)
  (enum_assignment name: (_) @name) @member
  (abstract_method_signature name: (_) @name) @method
  (interface_declaration name: (_) @name) @interface
  (type_alias_declaration name: (_) @name) @type
  (enum_declaration name: (_) @name) @enum
  (internal_module name: (_) @name) @namespace
  (module name: (_) @name) @namespace
  (function_signature name: (_) @name) @function
`;

function grammar(dialect: "typescript" | "tsx"): Grammar {
  return {
    load: async () => (await import("tree-sitter-typescript")).default[dialect],
    wasm: `tree-sitter-typescript/tree-sitter-${dialect}.wasm`,
    query,
    leading: scriptLeading,
  };
}

export const typescript: Language = {
  name: "typescript",
  extensions: [".ts", ".mts", ".cts"],
  interpreters: ["tsx", "ts-node", "deno"],
  grammar: grammar("typescript"),
  lexis: scriptLexis,
};

/** Apart from TypeScript, because `<T>x` and JSX cannot be told apart in one grammar. */
export const tsx: Language = { name: "tsx", extensions: [".tsx"], grammar: grammar("tsx"), lexis: scriptLexis };
