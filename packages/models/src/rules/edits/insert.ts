// Inserts text at the start or the end of a file, or before or after a line of it.
import type { EditIntent } from "../instruction/intents.ts";
import { parseGrep } from "../observations.ts";
import { call, type Plan } from "../plan.ts";
import { changeLines } from "./change-lines.ts";
import { findFile } from "./find-file.ts";
import { changed, type EditPlan, failed, type Outcome, show } from "./outcome.ts";
import { readLines } from "./read-lines.ts";

type Insert = Extract<EditIntent, { type: "insert" }>;
type InsertAt = Extract<EditIntent, { type: "insert_at" }>;

export function* insert(intent: Insert): EditPlan {
  const found = yield* findFile(intent.file);
  if ("problem" in found) return failed(found.problem);
  const page = yield* readLines(found.path, 1, 1);
  if ("problem" in page) return failed(page.problem);
  const line = intent.at === "start" ? 1 : page.total + 1;
  const where = intent.at === "start" ? "at the start of" : "at the end of";
  return yield* insertBefore(found.path, line, intent.text, where);
}

export function* insertAt(intent: InsertAt): EditPlan {
  const found = yield* findFile(intent.file);
  if ("problem" in found) return failed(found.problem);
  const { anchor } = intent;
  const line = anchor.type === "line" ? anchor.line : yield* findLine(found.path, anchor.text);
  if (typeof line !== "number") return failed(line.problem);
  const height = anchor.type === "line" ? 1 : anchor.text.split("\n").length;
  const at = intent.side === "before" ? line : line + height;
  return yield* insertBefore(found.path, at, intent.text, `${intent.side} line ${line} of`);
}

function* insertBefore(path: string, line: number, text: string, where: string): EditPlan {
  const lines = text.replace(/\n$/, "").split("\n");
  const outcome = yield* changeLines({ path, from: line, to: line - 1, lines });
  return outcome.done ? changed(`inserted ${show(text)} ${where} ${path}`) : notInserted(path, outcome);
}

function notInserted(path: string, outcome: Outcome): Outcome {
  return failed(`nothing was inserted into ${path}: ${outcome.text}`);
}

/** The only line that holds the text, or of several the only one that is the text. */
function* findLine(path: string, text: string): Plan<number | { problem: string }> {
  const [first = "", ...rest] = text.split("\n");
  const matches = parseGrep(yield* call("grep_code", { pattern: first, path })).lines.filter(
    (match) => match.path === path,
  );
  const exact = matches.filter((match) => match.text.trim() === first.trim());
  const candidates = exact.length === 1 ? exact : matches;
  const [only] = candidates;
  if (only === undefined) return { problem: `no line of ${path} holds ${show(text)}` };
  if (candidates.length > 1) {
    const lines = candidates.slice(0, 10).map((match) => match.line);
    return { problem: `${show(text)} is in lines ${lines.join(", ")} of ${path}; say "line N" instead` };
  }
  if (rest.length === 0) return only.line;
  const page = yield* readLines(path, only.line, only.line + rest.length);
  const isThere = "lines" in page && page.lines.slice(1).join("\n") === rest.join("\n");
  return isThere ? only.line : { problem: `${show(text)} is not in ${path} as a whole` };
}
