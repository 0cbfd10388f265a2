// A file may have the name of what is renamed in it (`greet.py` with `greet`). The file keeps its name, so imports of it have to as well:
// finds the lines where the name stands for the file, and what they should be. Pure; by the looks of the usual import lines.
import type { GrepLine } from "../observations.ts";

export interface LineRepair {
  path: string;
  old: string;
  new: string;
}

export function hasNameOf(path: string, name: string): boolean {
  return path.split("/").at(-1)?.split(".")[0] === name;
}

/** `lines`: as they were before the rename, which changed every occurrence. */
export function repairsOfImports(lines: readonly GrepLine[], from: string, to: string): LineRepair[] {
  const word = wordForm(from);
  const repairs = lines.flatMap(({ path, text }) => {
    const kept = placesOfFile(text, from);
    if (kept.length === 0) return [];
    const renamed = text.replaceAll(word, () => to);
    const wanted = text.replaceAll(word, (match, at: number) =>
      kept.some(([start, end]) => at >= start && at < end) ? match : to,
    );
    return [{ path, old: renamed, new: wanted }];
  });
  const keys = new Set<string>();
  return repairs.filter((repair) => {
    const key = JSON.stringify(repair);
    return keys.has(key) ? false : keys.add(key);
  });
}

/** Whether the name stands for a file wherever it is in the line. */
export function meansOnlyFile(line: string, name: string): boolean {
  const kept = placesOfFile(line, name);
  return [...line.matchAll(wordForm(name))].every(({ index }) =>
    kept.some(([start, end]) => index >= start && index < end),
  );
}

function wordForm(name: string): RegExp {
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`, "g");
}

/** Ranges of the line in which the name means a file. */
function placesOfFile(line: string, from: string): [number, number][] {
  const name = from.replaceAll("$", "\\$");
  const forms = [
    new RegExp(`^\\s*from\\s+[\\w.]*?\\b${name}(?=\\s+import\\b)`, "g"),
    ...(/\b(?:import|export|from|require|include)\b/.test(line)
      ? [new RegExp(`["'<](?:[^"'<>]*/)?${name}(?:\\.\\w+)?["'>]`, "g")]
      : []),
  ];
  return forms.flatMap((form) =>
    [...line.matchAll(form)].map((match): [number, number] => [match.index, match.index + match[0].length]),
  );
}
