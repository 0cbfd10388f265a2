// The language of a file, by its name: a label for people and for highlighting.
const byExtension: Record<string, string> = {
  bash: "bash",
  c: "c",
  cc: "cpp",
  cjs: "javascript",
  cpp: "cpp",
  cs: "csharp",
  css: "css",
  cts: "typescript",
  cxx: "cpp",
  go: "go",
  h: "c",
  hh: "cpp",
  hpp: "cpp",
  html: "html",
  hxx: "cpp",
  java: "java",
  js: "javascript",
  json: "json",
  jsx: "javascript",
  kt: "kotlin",
  lua: "lua",
  md: "markdown",
  mjs: "javascript",
  mts: "typescript",
  php: "php",
  py: "python",
  pyi: "python",
  rb: "ruby",
  rs: "rust",
  scala: "scala",
  sh: "bash",
  sql: "sql",
  swift: "swift",
  toml: "toml",
  ts: "typescript",
  tsx: "typescript",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
  zig: "zig",
};

const byName: Record<string, string> = { Dockerfile: "dockerfile", Makefile: "make", "CMakeLists.txt": "cmake" };

/** "text" for what is not known. */
export function languageOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return byName[name] ?? (dot < 1 ? undefined : byExtension[name.slice(dot + 1).toLowerCase()]) ?? "text";
}
