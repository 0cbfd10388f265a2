import type { Language } from "./language.ts";
import { shellLexis } from "./lexis.ts";

export const bash: Language = {
  name: "bash",
  extensions: [".sh", ".bash", ".zsh", ".ksh", ".bats"],
  fileNames: [".bashrc", ".bash_profile", ".profile", ".zshrc"],
  interpreters: ["sh", "bash", "zsh", "dash", "ksh"],
  grammar: {
    load: async () => (await import("tree-sitter-bash")).default,
    wasm: "tree-sitter-bash/tree-sitter-bash.wasm",
    query: `
      (function_definition name: (word) @name) @function
      (program (variable_assignment name: (variable_name) @name) @constant (#match? @name "^[A-Z][A-Z0-9_]*$"))
      (program (declaration_command (variable_assignment name: (variable_name) @name)) @constant
        (#match? @name "^[A-Z][A-Z0-9_]*$"))
    `,
    leading: new Set(["comment"]),
  },
  lexis: shellLexis,
  definitionLines: [
    { kind: "function", pattern: /^\s*(?:function\s+)([\w:.-]+)/ },
    { kind: "function", pattern: /^\s*([\w:.-]+)\s*\(\)/ },
  ],
};
