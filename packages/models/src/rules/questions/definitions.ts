// Whether a line of code defines a name, by its looks, in the usual languages. No parser: a guess that ranks lines, nothing more.

const keyword =
  "(?:def|class|function\\*?|func|fn|fun|struct|enum|union|interface|trait|type|typedef|module|namespace|package|macro_rules!|protocol|record|sub|proc|defmodule|defp?)";
const binding = "(?:const|let|var|val|static|final|#define|using)";

/** 3: a keyword defines it; 2: it is bound or declared; 1: it looks like a method of a C-like class; 0: not a definition. */
export function definitionRank(line: string, name: string): number {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const rules: [number, string][] = [
    [3, `\\b${keyword}\\s+(?:\\([^)]*\\)\\s*)?(?:[\\w:]+(?:::|\\.))?${escaped}\\b`],
    [2, `(?:^|\\s)${binding}\\s+(?:[\\w:<>*&]+\\s+){0,3}${escaped}\\b`],
    [2, `^${escaped}\\s*(?::[^=]*)?:?=[^=]`],
    [
      1,
      `^\\s*(?:(?:public|private|protected|static|async|override|virtual|inline|export|abstract|get|set)\\s+)*(?:[\\w:<>*&\\[\\], ]+\\s+[*&]*)?(?:\\w+::)?${escaped}\\s*\\([^;]*\\)[^;]*\\{\\s*$`,
    ],
  ];
  if (/^\s*(?:return|if|while|for|switch|else|await|throw|import|from)\b/.test(line)) return 0;
  return rules.find(([, source]) => new RegExp(source).test(line))?.[0] ?? 0;
}

export function isTest(path: string): boolean {
  return /(?:^|[/_.-])(?:tests?|specs?)(?:[/_.-]|$)/i.test(path);
}
