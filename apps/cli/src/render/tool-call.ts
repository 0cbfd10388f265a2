// What a tool call does, in the words of a person. A tool that is not known here is shown by its name and arguments.
import { oneLine } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

type Arguments = Record<string, unknown>;

const descriptions: Record<string, (given: Arguments) => string> = {
  read_file: (given) => `read ${text(given["path"])}${range(given)}`,
  write_file: (given) => `write ${text(given["path"])}`,
  edit_file: (given) => `edit ${text(given["path"])}: ${quoted(given["old"])} → ${quoted(given["new"])}`,
  apply_patch: (given) => `patch ${text(given["path"])}`,
  list_directory: (given) => `list ${text(given["path"] ?? ".")}`,
  find_files: (given) => `find files ${text(given["pattern"])}`,
  grep_code: (given) => `grep ${quoted(given["pattern"])}${below(given["path"])}`,
  search_code: (given) => `search ${quoted(given["query"])}${below(given["path_prefix"])}`,
  find_symbol: (given) => `find ${given["uses"] === true ? "uses of " : ""}${text(given["name"])}`,
  repository_map: (given) => `map${below(given["focus"])}`,
  git_status: () => "git status",
  git_diff: (given) => `git diff${below(given["path"])}`,
  git_log: (given) => `git log${below(given["path"])}`,
  git_commit: (given) => `commit ${quoted(given["message"])}`,
  run_command: (given) => `$ ${shellWords(given["argv"])}${given["background"] === true ? " &" : ""}`,
  read_output: (given) => `${given["stop"] === true ? "stop" : "read output of"} ${text(given["command"])}`,
  run_tests: (given) => `run tests${given["argv"] ? `: ${shellWords(given["argv"])}` : below(given["path"])}`,
};

/** On one line, not yet cut to any width. */
export function describeToolCall(name: string, given: Arguments): string {
  const describe = descriptions[name];
  if (describe) return oneLine(printable(describe(given)));
  const shown = Object.entries(given).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return oneLine(printable([name, ...shown].join(" ")));
}

/** The first word is what is done. */
export function paintToolCall(line: string, paint: Paint): string {
  const [verb = "", ...rest] = line.split(" ");
  return [paint("cyan", verb), ...rest].join(" ");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function quoted(value: unknown): string {
  return `"${text(value)}"`;
}

function below(path: unknown): string {
  return path === undefined ? "" : ` in ${text(path)}`;
}

function range({ start_line: start, end_line: end }: Arguments): string {
  if (start === undefined && end === undefined) return "";
  return `:${text(start ?? 1)}-${end === undefined ? "" : text(end)}`;
}

export function shellWords(argv: unknown): string {
  if (!Array.isArray(argv)) return text(argv);
  return argv.map((word) => (/^[\w./:=@%+,-]+$/.test(text(word)) ? text(word) : `'${text(word)}'`)).join(" ");
}
