// What is known of the code, as text.
import type { IndexedLanguage, LanguageLevel } from "@outpost/protocol";
import { clip } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

const levels: Record<LanguageLevel, string> = {
  definitions: "definitions with their extent, by grammar",
  symbols: "definitions by the shape of their line",
  outline: "headings",
  lines: "windows of lines",
};

export function renderLanguages(languages: readonly IndexedLanguage[], paint: Paint): string {
  const lines = (Object.keys(levels) as LanguageLevel[]).flatMap((level) => {
    const found = languages.filter((language) => language.level === level);
    if (found.length === 0) return [];
    return [`${paint("bold", level)}: ${levels[level]}`, ...describeGroup(found, paint), ""];
  });
  return lines.join("\n").trimEnd();
}

function describeGroup(languages: readonly IndexedLanguage[], paint: Paint): string[] {
  return (["native", "wasm", "lines"] as const).flatMap((by) => {
    const group = languages.filter((each) => each.by === by);
    if (group.length === 0) return [];
    const names = group.map(({ name, hasReferences }) => (hasReferences ? name : paint("dim", name))).join(", ");
    const problems = group.flatMap(({ problem }) =>
      problem === null ? [] : [paint("yellow", clip(`    ${printable(problem)}`, paint.columns))],
    );
    return [`  ${by}: ${names}`, ...problems];
  });
}
