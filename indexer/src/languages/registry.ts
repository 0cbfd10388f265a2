// All languages, and which of them a file is written in: by its name, its extension, or what its `#!` line runs.
// Does not read files: the caller gives the text's head where it has one.
import { bash } from "./bash.ts";
import { c } from "./c.ts";
import { cpp, looksLikeCpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { elixir } from "./elixir.ts";
import { go } from "./go.ts";
import { haskell } from "./haskell.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { kotlin } from "./kotlin.ts";
import type { Language } from "./language.ts";
import { lineLanguages } from "./line-languages.ts";
import { lua } from "./lua.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { scala } from "./scala.ts";
import { swift } from "./swift.ts";
import { tsx, typescript } from "./typescript.ts";
import { zig } from "./zig.ts";

/** Cut at headings, see `chunker/markdown.ts`. */
export const markdown: Language = { name: "markdown", extensions: [".md", ".markdown", ".mdx"] };
export const plainText: Language = { name: "text", extensions: [".txt"] };

export const languages: readonly Language[] = [
  python,
  javascript,
  typescript,
  tsx,
  c,
  cpp,
  go,
  rust,
  java,
  csharp,
  ruby,
  php,
  bash,
  kotlin,
  scala,
  swift,
  elixir,
  haskell,
  lua,
  zig,
  markdown,
  ...lineLanguages,
  plainText,
];

function indexBy(keys: (language: Language) => readonly string[]): Map<string, Language> {
  return new Map(languages.flatMap((language) => keys(language).map((key) => [key, language] as const)));
}

const byName = new Map(languages.map((language) => [language.name, language]));
const byExtension = indexBy((language) => language.extensions);
const byFileName = indexBy((language) => language.fileNames ?? []);
const byInterpreter = indexBy((language) => language.interpreters ?? []);

/** `plainText` for a name nobody knows. */
export function getLanguage(name: string): Language {
  return byName.get(name) ?? plainText;
}

/** `text`: the file's text or its head; "" when it is not known yet, which leaves `.h` files to C and `#!` lines unseen. */
export function detectLanguage(path: string, text: string): Language {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const known = byFileName.get(name) ?? byExtension.get(extensionOf(name));
  if (known === c && name.endsWith(".h") && looksLikeCpp(text)) return cpp;
  return (
    known ??
    byShebang(text) ??
    byModeline(text) ??
    (name.startsWith("dockerfile.") ? getLanguage("dockerfile") : plainText)
  );
}

/** Standard C++ headers have no extension; many say in their first line what they are. */
function byModeline(text: string): Language | undefined {
  return /^.{0,200}-\*-\s*(?:mode:\s*)?c\+\+[\s;-]/i.test(text) ? cpp : undefined;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

function byShebang(text: string): Language | undefined {
  const match = /^#!\s*(\S+)(?:[ \t]+(.*))?/.exec(text);
  if (!match?.[1]) return undefined;
  const words = [match[1], ...(match[2] ?? "").split(/\s+/)].filter((word) => word !== "" && !word.startsWith("-"));
  const program = /(?:^|\/)env$/.test(words[0] ?? "") ? words.slice(1).find((word) => !word.includes("=")) : words[0];
  const base = program?.slice(program.lastIndexOf("/") + 1).toLowerCase() ?? "";
  return byInterpreter.get(base) ?? byInterpreter.get(base.replace(/[\d.]+$/, ""));
}
