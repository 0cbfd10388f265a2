import type { Language } from "./language.ts";
import { elixirLexis } from "./lexis.ts";

/** The head of a `def`: with or without parameters, with or without a guard. */
const head = `(arguments . [(identifier) @name
  (call target: (identifier) @name)
  (binary_operator left: [(identifier) @name (call target: (identifier) @name)] operator: "when")])`;

export const elixir: Language = {
  name: "elixir",
  extensions: [".ex", ".exs"],
  interpreters: ["elixir"],
  grammar: {
    load: async () => (await import("tree-sitter-elixir")).default,
    // Definitions are calls of macros, told apart by what is called.
    query: `
      ((call target: (identifier) @_called (arguments . (alias) @name)) @namespace
        (#match? @_called "^(defmodule|defprotocol)$"))
      ((call target: (identifier) @_called (arguments . (alias) @name)) @implementation (#eq? @_called "defimpl"))
      ((call target: (identifier) @_called ${head}) @function
        (#match? @_called "^(def|defp|defguard|defguardp|defdelegate)$"))
      ((call target: (identifier) @_called ${head}) @macro (#match? @_called "^defmacrop?$"))
    `,
    leading: new Set(["comment", "unary_operator"]),
  },
  lexis: elixirLexis,
  definitionLines: [
    { kind: "namespace", pattern: /^\s*(?:defmodule|defprotocol|defimpl)\s+([\w.]+)/ },
    { kind: "function", pattern: /^\s*(?:defp?|defguardp?)\s+([\w]+[?!]?)/ },
    { kind: "macro", pattern: /^\s*defmacrop?\s+([\w]+[?!]?)/ },
  ],
};
