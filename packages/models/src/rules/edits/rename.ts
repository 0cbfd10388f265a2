// Renames an identifier, as a whole word, in every file that holds it: text, not meaning. Comments and strings change too, and so does an
// unrelated thing of the same name; the summary says so.
import type { EditIntent } from "../instruction/intents.ts";
import { type GrepLine, parseGrep } from "../observations.ts";
import { call, type Plan } from "../plan.ts";
import { findFile } from "./find-file.ts";
import { hasNameOf, meansOnlyFile, repairsOfImports } from "./keep-file-names.ts";
import { type EditPlan, failed, type Outcome } from "./outcome.ts";
import { replaceInFiles } from "./replace.ts";

type Rename = Extract<EditIntent, { type: "rename" }>;

/** Looking again after edits: a list of matches has an end of its own, and what is left shows at the last look. */
const maxRounds = 6;
const maxFiles = 200;
const maxTries = 2;
/** Of one reply. */
const maxRepairs = 60;

export function* rename(intent: Rename): EditPlan {
  const { from, to } = intent;
  if (from === to) return failed(`"${from}" would be renamed to itself`);
  const path = yield* resolvePath(intent.path);
  const inTheWay = filesOf(yield* linesWith(to, path));
  // A file is tried a second time where it was edited and the name is there again: a lost worker takes edits with it.
  const tries = new Map<string, number>();
  const parts: Outcome[] = [];
  let left: string[] = [];
  let keepsFileName = false;
  for (let round = 0; round < maxRounds; round++) {
    const lines = yield* linesWith(from, path);
    keepsFileName ||= lines.some((line) => hasNameOf(line.path, from));
    left = filesOf(keepsFileName ? lines.filter((line) => !meansOnlyFile(line.text, from)) : lines);
    const files = left.filter((file) => (tries.get(file) ?? 0) < maxTries).slice(0, maxFiles);
    if (files.length === 0) break;
    const part = yield* replaceInFiles(files, { old: from, new: to });
    for (const file of files) tries.set(file, (tries.get(file) ?? 0) + 1);
    for (const file of part.refusedPaths) tries.set(file, maxTries);
    parts.push(part);
    const edited = files.filter((file) => !part.refusedPaths.includes(file));
    if (keepsFileName) {
      const changedLines = lines.filter((line) => edited.includes(line.path));
      yield* repairImports(changedLines, intent);
    }
  }
  const where = path === null ? "" : ` in ${path}`;
  if (parts.length === 0) return failed(`"${from}" is nowhere${where} as a whole word`);
  const notes = [
    ...(left.length > 0 ? [`"${from}" is still in ${left.slice(0, 10).join(", ")}`] : []),
    ...(inTheWay.length > 0
      ? [`"${to}" was there before in ${inTheWay.slice(0, 10).join(", ")}: look for clashes`]
      : []),
    ...namesakes(from, [...tries.keys()]),
    "comments and strings that hold the word were changed with it",
  ];
  return { done: parts.some((part) => part.done), text: [...parts.map((part) => part.text), ...notes].join("; ") };
}

function namesakes(name: string, files: readonly string[]): string[] {
  const found = files.filter((file) => hasNameOf(file, name));
  return found.length > 0 ? [`${found.join(", ")} keeps its name, and so do imports of it`] : [];
}

/** Imports of a file of that name were renamed with the rest; they get the file's name back. */
function* repairImports(lines: readonly GrepLine[], { from, to }: Rename): Plan<void> {
  const repairs = repairsOfImports(lines, from, to).slice(0, maxRepairs);
  if (repairs.length > 0) yield repairs.map((repair) => ({ name: "edit_file", arguments: { ...repair, all: true } }));
}

/** A file may be named without its directory; anything else is a path as it stands. */
function* resolvePath(path: string | null): Plan<string | null> {
  if (path === null || !/\.\w+$/.test(path)) return path;
  const found = yield* findFile(path);
  return "path" in found ? found.path : path;
}

function* linesWith(name: string, path: string | null): Plan<GrepLine[]> {
  const isPlain = /^\w+$/.test(name);
  const pattern = isPlain ? `\\b${name}\\b` : `(^|[^[:alnum:]_$])${name.replaceAll("$", "\\$")}([^[:alnum:]_$]|$)`;
  const text = yield* call("grep_code", { pattern, regex: true, ...(path === null ? {} : { path }) });
  return parseGrep(text).lines;
}

function filesOf(lines: readonly GrepLine[]): string[] {
  return [...new Set(lines.map((line) => line.path))];
}
