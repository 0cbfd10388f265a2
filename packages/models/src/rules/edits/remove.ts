// Removes lines by number, lines that hold a text, or the text itself. Files are never deleted: there is no tool for it.
import type { EditIntent } from "../instruction/intents.ts";
import { parseEdit, parseGrep } from "../observations.ts";
import { call } from "../plan.ts";
import { changeLines } from "./change-lines.ts";
import { findFile } from "./find-file.ts";
import { changed, type EditPlan, failed, show } from "./outcome.ts";

const maxLines = 20;

export function* removeLines(intent: Extract<EditIntent, { type: "remove_lines" }>): EditPlan {
  const found = yield* findFile(intent.file);
  if ("problem" in found) return failed(found.problem);
  const { from, to } = intent;
  const outcome = yield* changeLines({ path: found.path, from, to, lines: [] });
  const which = from === to ? `line ${from}` : `lines ${from} to ${to}`;
  return outcome.done ? changed(`removed ${which} of ${found.path}`) : outcome;
}

export function* removeText(intent: Extract<EditIntent, { type: "remove_text" }>): EditPlan {
  const found = yield* findFile(intent.file);
  if ("problem" in found) return failed(found.problem);
  const { path } = found;
  const { text, wholeLines } = intent;
  if (text.includes("\n")) return yield* removeExactly(path, text, `${text.replace(/\n$/, "")}\n`);
  const matches = parseGrep(yield* call("grep_code", { pattern: text, path })).lines.filter(
    (match) => match.path === path,
  );
  if (matches.length === 0) return failed(`no line of ${path} holds ${show(text)}`);
  const areLines = wholeLines || matches.every((match) => match.text.trim() === text.trim());
  if (!areLines) return yield* removeExactly(path, text, text);
  if (matches.length > maxLines)
    return failed(
      `${show(text)} is in ${matches.length} lines of ${path}, over the limit of ${maxLines}; name line numbers`,
    );
  // From the last up, so that the numbers of those before stay right.
  for (const { line } of matches.toReversed()) {
    const outcome = yield* changeLines({ path, from: line, to: line, lines: [] });
    if (!outcome.done) return failed(`line ${line} of ${path} was not removed: ${outcome.text}`);
  }
  const which = matches.map((match) => match.line).join(", ");
  return changed(`removed ${matches.length === 1 ? "line" : "lines"} ${which} of ${path}`);
}

function* removeExactly(path: string, text: string, old: string): EditPlan {
  const result = parseEdit(yield* call("edit_file", { path, old, new: "", all: true }));
  return result.ok ? changed(`removed ${show(text)} from ${path} (${result.places})`) : failed(result.text);
}
