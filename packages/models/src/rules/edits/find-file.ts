// The file that an instruction names: the exact path, else the only file of that name, else the person is asked.
import { parseAnswer, parseFileList } from "../observations.ts";
import { call, type Plan } from "../plan.ts";

export type FoundFile = { path: string } | { problem: string };

/** More names than this are not offered one by one. */
const maxOptions = 10;

export function* findFile(name: string): Plan<FoundFile> {
  if (/[*?{}[\]]/.test(name)) return { path: name };
  const seen = yield* call("find_files", { pattern: name });
  let paths = parseFileList(seen);
  if (paths.length === 0 && name.includes("/"))
    paths = parseFileList(yield* call("find_files", { pattern: `**/${name}` }));
  if (paths.includes(name)) return { path: name };
  const [only, ...others] = paths;
  if (only === undefined) return { problem: `there is no file "${name}" (${seen.split("\n")[0]})` };
  return others.length === 0 ? { path: only } : yield* askWhich(name, paths);
}

function* askWhich(name: string, paths: string[]): Plan<FoundFile> {
  const options = paths.slice(0, maxOptions);
  const asked = yield* call("ask_user", { question: `Which file is "${name}"?`, options });
  const answer = parseAnswer(asked)?.replace(/^["'`]|["'`]$/g, "");
  if (answer !== undefined && paths.includes(answer)) return { path: answer };
  return { problem: `"${name}" may be ${options.join(", ")}; name the whole path` };
}
