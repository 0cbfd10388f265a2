// Shapes of lines that define something, for languages without a grammar and for those whose grammar could not be loaded. They miss some
// and never cost a parse. The rules want a definition at the start of a line, after modifiers.
import type { DefinitionLine } from "./language.ts";

const modifiers =
  "(?:(?:pub(?:\\([\\w: ]+\\))?|public|private|protected|internal|static|final|abstract|sealed|open|override|virtual|async|unsafe|extern|const|inline|export|default|partial|readonly|data|case|implicit|lazy|suspend|mutating|fileprivate|native|synchronized|companion|inner|value|noinline|comptime)\\s+)*";

export function definitionLine(
  kind: DefinitionLine["kind"],
  keyword: string,
  name = "([A-Za-z_][\\w]*)",
): DefinitionLine {
  return { kind, pattern: new RegExp(`^\\s*${modifiers}(?:${keyword})\\s+${name}`) };
}

export const typeLines: readonly DefinitionLine[] = [
  definitionLine("class", "class|object|record|actor|protocol|trait|mixin|extension"),
  definitionLine("interface", "interface|@interface"),
  definitionLine("enum", "enum(?:\\s+class)?"),
  definitionLine("struct", "struct|union"),
];

/** `int size(` and the like: a type, a name, an opening parenthesis, and no statement's keyword in front. */
export const typedMethod: DefinitionLine = {
  kind: "method",
  pattern: new RegExp(
    `^\\s+${modifiers}(?!\\s|return\\b|new\\b|throw\\b|else\\b|await\\b|if\\b|for\\b|while\\b|switch\\b|yield\\b)[\\w<>\\[\\],.? ]+\\s+(?!(?:if|for|while|switch|catch)\\b)(\\w+)\\s*\\([^;]*$`,
  ),
};
