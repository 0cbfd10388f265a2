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
