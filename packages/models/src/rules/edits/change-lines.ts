// Changes a range of lines with edit_file, which knows texts and no line numbers: the lines and some around them become `old`, more of
// them until the text is there once. Invariant: the lines around are put back as they are.
import { parseEdit } from "../observations.ts";
import { call } from "../plan.ts";
import { changed, type EditPlan, failed } from "./outcome.ts";
import { readLines } from "./read-lines.ts";

export interface LineChange {
  path: string;
  /** Replaced: lines `from` to `to`; none when `to` is `from` - 1 (the new lines go before `from`). */
  from: number;
  to: number;
  lines: string[];
}

/** Lines of context to try, each when the one before was not unique. */
const contexts = [2, 6, 20];

export function* changeLines(change: LineChange): EditPlan {
  const widest = contexts.at(-1) ?? 0;
  const page = yield* readLines(change.path, change.from - widest, change.to + widest);
  if ("problem" in page) return failed(page.problem);
  if (page.total === 0) return yield* writeWhole(change);
  if (change.lines.length === 0 && change.from === 1 && change.to >= page.total) return yield* writeWhole(change);
  if (change.from > page.total + 1 || change.to > page.total)
    return failed(`${change.path} has ${page.total} lines; there is no line ${change.to}`);
  let reason = "";
  for (const context of contexts) {
    const edit = composeEdit(change, page, context);
    if (edit === undefined)
      return failed(`a line of ${change.path} near line ${change.from} is too long to be shown whole`);
    if (edit.old === "") return yield* writeWhole(change);
    const result = parseEdit(yield* call("edit_file", { path: change.path, ...edit }));
    if (result.ok) return changed(change.path);
    reason = result.text;
    if (!result.isAmbiguous) break;
  }
  return failed(reason);
}

function composeEdit(
  change: LineChange,
  page: { start: number; lines: (string | undefined)[] },
  context: number,
): { old: string; new: string } | undefined {
  const slice = (from: number, to: number) =>
    page.lines.slice(Math.max(0, from - page.start), Math.max(0, to + 1 - page.start));
  const before = slice(change.from - context, change.from - 1);
  const gone = slice(change.from, change.to);
  const after = slice(change.to + 1, change.to + context);
  const old = [...before, ...gone, ...after];
  if (old.some((line) => line === undefined)) return undefined;
  // Removed lines take a line end with them: the one behind them, or at the end of the file the one before.
  return { old: old.join("\n"), new: [...before, ...change.lines, ...after].join("\n") };
}

function* writeWhole(change: LineChange): EditPlan {
  const content = change.lines.length === 0 ? "" : `${change.lines.join("\n")}\n`;
  const result = parseEdit(yield* call("write_file", { path: change.path, content }));
  return result.ok ? changed(change.path) : failed(result.text);
}
