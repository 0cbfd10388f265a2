// Languages without a grammar here. Their chunks are windows of lines; what they define is found by the shape of single lines.
import { definitionLine, typedMethod, typeLines } from "./definition-lines.ts";
import type { Language } from "./language.ts";
import { cLexis, hashLexis } from "./lexis.ts";

export const lineLanguages: readonly Language[] = [
  {
    name: "perl",
    extensions: [".pl", ".pm", ".t"],
    lexis: hashLexis,
    interpreters: ["perl"],
    definitionLines: [definitionLine("function", "sub"), { kind: "namespace", pattern: /^package\s+([\w:]+)/ }],
  },
  { name: "dart", extensions: [".dart"], definitionLines: [...typeLines, typedMethod], lexis: cLexis },
  {
    name: "objective-c",
    extensions: [".m", ".mm"],
    lexis: cLexis,
    definitionLines: [{ kind: "class", pattern: /^@(?:interface|implementation|protocol)\s+(\w+)/ }],
  },
  {
    name: "r",
    extensions: [".r"],
    lexis: hashLexis,
    interpreters: ["rscript"],
    definitionLines: [{ kind: "function", pattern: /^\s*([\w.]+)\s*(?:<-|=)\s*function\b/ }],
  },
  {
    name: "julia",
    extensions: [".jl"],
    lexis: hashLexis,
    definitionLines: [definitionLine("function", "function"), definitionLine("struct", "(?:mutable\\s+)?struct")],
  },
  { name: "literate-haskell", extensions: [".lhs"] },
  { name: "ocaml", extensions: [".ml", ".mli"] },
  { name: "erlang", extensions: [".erl", ".hrl"] },
  { name: "clojure", extensions: [".clj", ".cljs", ".cljc"] },
  {
    name: "sql",
    extensions: [".sql"],
    definitionLines: [
      {
        kind: "struct",
        pattern:
          /^\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view|function|procedure|trigger|index)\s+(?:if\s+not\s+exists\s+)?["`[]?([\w.]+)/i,
      },
    ],
  },
  {
    name: "protobuf",
    extensions: [".proto"],
    lexis: cLexis,
    definitionLines: [
      definitionLine("struct", "message"),
      definitionLine("enum", "enum"),
      definitionLine("interface", "service"),
      definitionLine("method", "rpc"),
    ],
  },
  {
    name: "graphql",
    extensions: [".graphql", ".gql"],
    lexis: hashLexis,
    definitionLines: [definitionLine("type", "type|interface|input|union|scalar"), definitionLine("enum", "enum")],
  },
  { name: "html", extensions: [".html", ".htm", ".xhtml"] },
  { name: "vue", extensions: [".vue"] },
  { name: "svelte", extensions: [".svelte"] },
  { name: "css", extensions: [".css", ".scss", ".sass", ".less"] },
  { name: "xml", extensions: [".xml", ".xsd", ".xsl", ".svg", ".plist"] },
  { name: "json", extensions: [".json", ".jsonc", ".json5"] },
  { name: "yaml", extensions: [".yaml", ".yml"] },
  { name: "toml", extensions: [".toml"] },
  { name: "ini", extensions: [".ini", ".cfg", ".conf", ".properties"], fileNames: [".editorconfig", ".gitconfig"] },
  {
    name: "cmake",
    extensions: [".cmake"],
    lexis: hashLexis,
    fileNames: ["cmakelists.txt"],
    definitionLines: [{ kind: "function", pattern: /^\s*(?:function|macro)\s*\(\s*(\w+)/i }],
  },
  {
    name: "make",
    extensions: [".mk", ".mak"],
    lexis: hashLexis,
    fileNames: ["makefile", "gnumakefile"],
    definitionLines: [{ kind: "function", pattern: /^([\w.-]+)\s*:(?!=)/ }],
  },
  { name: "dockerfile", extensions: [".dockerfile"], fileNames: ["dockerfile", "containerfile"] },
  { name: "nix", extensions: [".nix"] },
  { name: "terraform", extensions: [".tf", ".tfvars", ".hcl"] },
  { name: "rst", extensions: [".rst"] },
];
