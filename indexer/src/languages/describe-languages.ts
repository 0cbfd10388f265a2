// Every language with how well it is indexed, for people.
import type { IndexedLanguage } from "@outpost/protocol";
import type { GrammarSupport } from "../parser/messages.ts";
import type { Language } from "./language.ts";
import { languages, markdown } from "./registry.ts";

/** `support`: of the languages with a grammar, as found on this machine. */
export function describeLanguages(support: GrammarSupport): IndexedLanguage[] {
  return languages.map((language) => {
    const { by, problem } = support[language.name] ?? { by: "lines" as const, problem: null };
    return {
      name: language.name,
      extensions: [...language.extensions],
      level: levelOf(language, by),
      by,
      hasReferences: language.lexis !== undefined,
      problem,
    };
  });
}

function levelOf(language: Language, by: IndexedLanguage["by"]): IndexedLanguage["level"] {
  if (by !== "lines") return "definitions";
  if (language.definitionLines) return "symbols";
  return language === markdown ? "outline" : "lines";
}
