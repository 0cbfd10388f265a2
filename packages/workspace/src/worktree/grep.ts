// Text search in a recorded state of a worktree. It asks the mirror, not the disk, so that no symlink leads it elsewhere.
import type { GrepMatch, GrepOptions } from "@outpost/core";
import { compileGlob, OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";

const MAX_OUTPUT_BYTES = 16_000_000;
const MAX_LINE_CHARACTERS = 500;
const MAX_MATCHES = 1_000;
const MAX_PATTERN_CHARACTERS = 2_000;

/** Rejects with `invalid_input` for a pattern that is empty, too long, or no regular expression; `timeout` after 20 seconds. */
export async function grepTree(
  mirror: Mirror,
  tree: string,
  options: GrepOptions,
  isShown: (path: string) => boolean = () => true,
): Promise<{ matches: GrepMatch[]; truncated: boolean }> {
  const { pattern } = options;
  if (pattern === "" || pattern.length > MAX_PATTERN_CHARACTERS || /[\n\0]/.test(pattern)) {
    throw new OutpostError(
      "invalid_input",
      `a pattern has 1 to ${MAX_PATTERN_CHARACTERS} characters and no line break; this one has ${pattern.length}`,
    );
  }
  const limit = Math.max(1, Math.min(options.limit, MAX_MATCHES));
  const fits = options.path === undefined ? () => true : compileGlob(options.path);
  const isWanted = (path: string): boolean => fits(path) && isShown(path);
  const output = await mirror.run({
    args: [
      "grep",
      "--no-color",
      "--no-textconv",
      "--full-name",
      "-I",
      "-n",
      "-z",
      `--max-count=${limit + 1}`,
      ...(options.ignoreCase ? ["--ignore-case"] : []),
      options.regex ? "--extended-regexp" : "--fixed-strings",
      "-e",
      pattern,
      tree,
      "--",
      ...pathspecs(options.path),
    ],
    literalPathspecs: false,
    okExitCodes: [0, 1, 128],
    mayCut: true,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    timeoutMs: 20_000,
  });
  if (output.exitCode === 128) {
    throw new OutpostError("invalid_input", `pattern ${JSON.stringify(pattern)}: ${output.errorText.slice(0, 500)}`);
  }
  // Of a cut output only the first half is sure to be whole.
  const bytes = output.isCut ? output.bytes.subarray(0, MAX_OUTPUT_BYTES / 2) : output.bytes;
  return collect(bytes, `${tree}:`, isWanted, limit, output.isCut);
}

/** Only where git means the same by it; else everything is searched and the glob decides afterwards. */
function pathspecs(glob: string | undefined): string[] {
  if (glob === undefined || /[{}[\]\\]/.test(glob) || /^[./]|\/$/.test(glob)) return [];
  return [glob.includes("/") ? `:(top,glob)${glob}` : `:(top,glob)**/${glob}`];
}

function collect(
  bytes: Buffer,
  prefix: string,
  isWanted: (path: string) => boolean,
  limit: number,
  isCut: boolean,
): { matches: GrepMatch[]; truncated: boolean } {
  const matches: GrepMatch[] = [];
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = bytes.indexOf(0, at);
    const numberEnd = bytes.indexOf(0, nameEnd + 1);
    const lineEnd = bytes.indexOf(10, numberEnd + 1);
    const name = bytes.toString("utf8", at, nameEnd);
    const line = Number(bytes.toString("latin1", nameEnd + 1, numberEnd));
    // Only where the output was cut.
    if (nameEnd < 0 || numberEnd < 0 || lineEnd < 0 || !name.startsWith(prefix) || !Number.isInteger(line)) break;
    at = lineEnd + 1;
    const path = name.slice(prefix.length);
    if (!isWanted(path)) continue;
    if (matches.length === limit) return { matches, truncated: true };
    const text = bytes.toString("utf8", numberEnd + 1, lineEnd).replace(/\r$/, "");
    matches.push({ path, line, text: shorten(text) });
  }
  return { matches, truncated: isCut };
}

function shorten(text: string): string {
  return text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}…` : text;
}
