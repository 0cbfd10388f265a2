// Lines of a file around a place, as values.
import { type FilePage, parseFilePage } from "../observations.ts";
import { call, type Plan } from "../plan.ts";

export function* readLines(path: string, from: number, to: number): Plan<FilePage | { problem: string }> {
  const text = yield* call("read_file", { path, start_line: Math.max(1, from), end_line: Math.max(1, to) });
  return parseFilePage(text) ?? { problem: text.split("\n")[0] ?? "the file cannot be read" };
}
