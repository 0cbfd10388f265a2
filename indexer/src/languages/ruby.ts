import type { Language } from "./language.ts";
import { rubyLexis } from "./lexis.ts";

export const ruby: Language = {
  name: "ruby",
  extensions: [".rb", ".rake", ".gemspec", ".ru"],
  fileNames: ["rakefile", "gemfile", "vagrantfile"],
  interpreters: ["ruby"],
  grammar: {
    load: async () => (await import("tree-sitter-ruby")).default,
    wasm: "tree-sitter-ruby/tree-sitter-ruby.wasm",
    query: `
      (method name: (_) @name) @method
      (singleton_method name: (_) @name) @method
      (class name: (_) @name) @class
      (module name: (_) @name) @namespace
      (call method: (identifier) @_called arguments: (argument_list (simple_symbol) @name @member)
        (#match? @_called "^(attr_reader|attr_writer|attr_accessor)$"))
      (call method: (identifier) @_called arguments: (argument_list . (simple_symbol) @name @member)
        (#match? @_called "^(alias_method|define_method|has_many|has_one|belongs_to|scope)$"))
      (alias name: (_) @name) @member
      (assignment left: (constant) @name) @constant
    `,
    leading: new Set(["comment"]),
  },
  lexis: rubyLexis,
  definitionLines: [
    { kind: "method", pattern: /^\s*def\s+(?:self\.)?([\w]+[?!=]?)/ },
    { kind: "class", pattern: /^\s*class\s+([\w:]+)/ },
    { kind: "namespace", pattern: /^\s*module\s+([\w:]+)/ },
  ],
};
