// Replaces a text in one file, or wherever it is. Every occurrence; an identifier only as a whole word (edit_file sees to that).
import type { EditIntent } from "../instruction/intents.ts";
import { parseAnswer, parseEdit, parseGrep } from "../observations.ts";
import { call, type Plan } from "../plan.ts";
import { findFile } from "./find-file.ts";
import { changed, type EditPlan, failed, type Outcome, show } from "./outcome.ts";

type Replace = Extract<EditIntent, { type: "replace" }>;

interface Replaced extends Outcome {
  refusedPaths: string[];
}

const maxFiles = 100;
const editsAtOnce = 20;
const allOfThem = "all of them";

export function* replace(intent: Replace): EditPlan {
  if (intent.old === intent.new) return failed(`${show(intent.old)} would be replaced with itself`);
  if (intent.file === null) return yield* replaceWhereverItIs(intent);
  const found = yield* findFile(intent.file);
  return "problem" in found ? failed(found.problem) : yield* replaceInFiles([found.path], intent);
}

function* replaceWhereverItIs(intent: Replace): EditPlan {
  const [first = ""] = intent.old.split("\n");
  const grep = parseGrep(yield* call("grep_code", { pattern: first }));
  const paths = [...new Set(grep.lines.map((line) => line.path))];
  if (paths.length === 0) return failed(`no file holds ${show(intent.old)}`);
  if (paths.length > maxFiles || grep.truncated)
    return failed(
      `${show(intent.old)} is in more than ${Math.min(maxFiles, paths.length)} files; name a file or a smaller part`,
    );
  const chosen = paths.length === 1 || intent.everywhere ? paths : yield* askWhere(intent.old, paths);
  return chosen.length === 0
    ? failed(`${show(intent.old)} is in ${paths.slice(0, 10).join(", ")}; say in which file, or "everywhere"`)
    : yield* replaceInFiles(chosen, intent);
}

function* askWhere(old: string, paths: string[]): Plan<string[]> {
  const options = [...paths.slice(0, 9), allOfThem];
  const answer = parseAnswer(
    yield* call("ask_user", { question: `In which file is ${show(old)} to be replaced?`, options }),
  );
  if (answer === allOfThem) return paths;
  return paths.filter((path) => path === answer);
}

/** One edit a file, several files at once. */
export function* replaceInFiles(paths: readonly string[], change: { old: string; new: string }): Plan<Replaced> {
  const done: string[] = [];
  const refused: string[] = [];
  const refusedPaths: string[] = [];
  for (let at = 0; at < paths.length; at += editsAtOnce) {
    const batch = paths.slice(at, at + editsAtOnce);
    const texts = yield batch.map((path) => editCall(path, change));
    for (const [index, path] of batch.entries()) {
      const result = parseEdit(texts[index] ?? "");
      if (result.ok) done.push(result.places === "" ? path : `${path}: ${result.places}`);
      else {
        refused.push(result.text);
        refusedPaths.push(path);
      }
    }
  }
  const problems = refused.length === 0 ? "" : `; refused: ${refused.slice(0, 10).join("; ")}`;
  if (done.length === 0)
    return { ...failed(`${show(change.old)} was not replaced${problems.replace("; refused", "")}`), refusedPaths };
  const what = `replaced ${show(change.old)} with ${show(change.new)} in ${describeFiles(done)}${problems}`;
  return { ...changed(what), refusedPaths };
}

/** A bare number may be part of another one, so it has to be there once. */
function editCall(path: string, change: { old: string; new: string }) {
  const all = !/^\d+$/.test(change.old);
  return { name: "edit_file", arguments: { path, old: change.old, new: change.new, ...(all ? { all } : {}) } };
}

function describeFiles(files: string[]): string {
  const shown = files.slice(0, 20).join("; ");
  return files.length > 20 ? `${files.length} files: ${shown}; …` : shown;
}
