// Languages without a grammar here. Their chunks are windows of lines; what they define is found by the shape of single lines, which
// misses some and never costs a parse. The rules want a definition at the start of a line, after modifiers.
import type { DefinitionLine, Language } from "./language.ts";

const modifiers =
  "(?:(?:pub(?:\\([\\w: ]+\\))?|public|private|protected|internal|static|final|abstract|sealed|open|override|virtual|async|unsafe|extern|const|inline|export|default|partial|readonly|data|case|implicit|lazy|suspend|mutating|fileprivate|native|synchronized|companion|inner|value|noinline|comptime)\\s+)*";

function line(kind: DefinitionLine["kind"], keyword: string, name = "([A-Za-z_][\\w]*)"): DefinitionLine {
  return { kind, pattern: new RegExp(`^\\s*${modifiers}(?:${keyword})\\s+${name}`) };
}

const typeLines = [
  line("class", "class|object|record|actor|protocol|trait|mixin|extension"),
  line("interface", "interface|@interface"),
  line("enum", "enum(?:\\s+class)?"),
  line("struct", "struct|union"),
];

/** `int size(` and the like: a type, a name, an opening parenthesis, and no statement's keyword in front. */
const typedMethod: DefinitionLine = {
  kind: "method",
  pattern: new RegExp(
    `^\\s+${modifiers}(?!\\s|return\\b|new\\b|throw\\b|else\\b|await\\b|if\\b|for\\b|while\\b|switch\\b|yield\\b)[\\w<>\\[\\],.? ]+\\s+(?!(?:if|for|while|switch|catch)\\b)(\\w+)\\s*\\([^;]*$`,
  ),
};

export const lineLanguages: readonly Language[] = [
  {
    name: "go",
    extensions: [".go"],
    definitionLines: [
      { kind: "function", pattern: /^func\s+(?:\([^)]*\)\s*)?(\w+)/ },
      { kind: "struct", pattern: /^type\s+(\w+)(?:\[[^\]]*\])?\s+struct\b/ },
      { kind: "interface", pattern: /^type\s+(\w+)(?:\[[^\]]*\])?\s+interface\b/ },
      { kind: "type", pattern: /^type\s+(\w+)/ },
    ],
  },
  {
    name: "rust",
    extensions: [".rs"],
    definitionLines: [
      line("function", 'fn|extern "C" fn'),
      line("struct", "struct|union"),
      line("enum", "enum"),
      line("interface", "trait"),
      line("namespace", "mod"),
      line("type", "type"),
      { kind: "macro", pattern: /^\s*macro_rules!\s+(\w+)/ },
    ],
  },
  { name: "java", extensions: [".java"], definitionLines: [...typeLines, typedMethod] },
  {
    name: "csharp",
    extensions: [".cs"],
    definitionLines: [...typeLines, line("namespace", "namespace", "([\\w.]+)"), typedMethod],
  },
  {
    name: "kotlin",
    extensions: [".kt", ".kts"],
    definitionLines: [
      line("function", "fun(?:\\s+<[^>]*>)?", "(?:[\\w<>?]+\\.)?(\\w+)"),
      ...typeLines,
      line("type", "typealias"),
    ],
  },
  {
    name: "scala",
    extensions: [".scala", ".sc"],
    definitionLines: [line("function", "def"), ...typeLines, line("type", "type")],
  },
  {
    name: "swift",
    extensions: [".swift"],
    definitionLines: [line("function", "func"), ...typeLines, line("type", "typealias")],
  },
  {
    name: "php",
    extensions: [".php", ".phtml"],
    interpreters: ["php"],
    definitionLines: [line("function", "function", "&?(\\w+)"), ...typeLines],
  },
  {
    name: "ruby",
    extensions: [".rb", ".rake", ".gemspec", ".ru"],
    fileNames: ["rakefile", "gemfile", "vagrantfile"],
    interpreters: ["ruby"],
    definitionLines: [
      { kind: "method", pattern: /^\s*def\s+(?:self\.)?([\w]+[?!=]?)/ },
      { kind: "class", pattern: /^\s*class\s+([\w:]+)/ },
      { kind: "namespace", pattern: /^\s*module\s+([\w:]+)/ },
    ],
  },
  {
    name: "elixir",
    extensions: [".ex", ".exs"],
    interpreters: ["elixir"],
    definitionLines: [
      { kind: "namespace", pattern: /^\s*(?:defmodule|defprotocol|defimpl)\s+([\w.]+)/ },
      { kind: "function", pattern: /^\s*(?:defp?|defguardp?)\s+([\w]+[?!]?)/ },
      { kind: "macro", pattern: /^\s*defmacrop?\s+([\w]+[?!]?)/ },
    ],
  },
  {
    name: "haskell",
    extensions: [".hs", ".lhs"],
    definitionLines: [
      { kind: "function", pattern: /^([a-z_][\w']*)\s*::/ },
      { kind: "class", pattern: /^(?:class|instance)\s+(?:[^=]*=>\s*)?([A-Z][\w']*)/ },
      { kind: "type", pattern: /^(?:data|newtype|type(?:\s+family)?)\s+([A-Z][\w']*)/ },
    ],
  },
  {
    name: "lua",
    extensions: [".lua"],
    interpreters: ["lua", "luajit"],
    definitionLines: [
      { kind: "function", pattern: /^\s*(?:local\s+)?function\s+(?:[\w.]+[.:])?(\w+)/ },
      { kind: "function", pattern: /^\s*(?:local\s+)?(?:[\w.]+\.)?(\w+)\s*=\s*function\b/ },
    ],
  },
  {
    name: "zig",
    extensions: [".zig"],
    definitionLines: [
      line("function", "fn"),
      { kind: "struct", pattern: /^\s*(?:pub\s+)?const\s+(\w+)\s*=\s*(?:packed |extern )?(?:struct|union|enum)\b/ },
    ],
  },
  {
    name: "bash",
    extensions: [".sh", ".bash", ".zsh", ".ksh", ".bats"],
    fileNames: [".bashrc", ".bash_profile", ".profile", ".zshrc"],
    interpreters: ["sh", "bash", "zsh", "dash", "ksh"],
    definitionLines: [
      { kind: "function", pattern: /^\s*(?:function\s+)([\w:.-]+)/ },
      { kind: "function", pattern: /^\s*([\w:.-]+)\s*\(\)/ },
    ],
  },
  {
    name: "perl",
    extensions: [".pl", ".pm", ".t"],
    interpreters: ["perl"],
    definitionLines: [line("function", "sub"), { kind: "namespace", pattern: /^package\s+([\w:]+)/ }],
  },
  { name: "dart", extensions: [".dart"], definitionLines: [...typeLines, typedMethod] },
  {
    name: "objective-c",
    extensions: [".m", ".mm"],
    definitionLines: [{ kind: "class", pattern: /^@(?:interface|implementation|protocol)\s+(\w+)/ }],
  },
  {
    name: "r",
    extensions: [".r"],
    interpreters: ["rscript"],
    definitionLines: [{ kind: "function", pattern: /^\s*([\w.]+)\s*(?:<-|=)\s*function\b/ }],
  },
  {
    name: "julia",
    extensions: [".jl"],
    definitionLines: [line("function", "function"), line("struct", "(?:mutable\\s+)?struct")],
  },
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
    definitionLines: [
      line("struct", "message"),
      line("enum", "enum"),
      line("interface", "service"),
      line("method", "rpc"),
    ],
  },
  {
    name: "graphql",
    extensions: [".graphql", ".gql"],
    definitionLines: [line("type", "type|interface|input|union|scalar"), line("enum", "enum")],
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
    fileNames: ["cmakelists.txt"],
    definitionLines: [{ kind: "function", pattern: /^\s*(?:function|macro)\s*\(\s*(\w+)/i }],
  },
  {
    name: "make",
    extensions: [".mk", ".mak"],
    fileNames: ["makefile", "gnumakefile"],
    definitionLines: [{ kind: "function", pattern: /^([\w.-]+)\s*:(?!=)/ }],
  },
  { name: "dockerfile", extensions: [".dockerfile"], fileNames: ["dockerfile", "containerfile"] },
  { name: "nix", extensions: [".nix"] },
  { name: "terraform", extensions: [".tf", ".tfvars", ".hcl"] },
  { name: "rst", extensions: [".rst"] },
];
