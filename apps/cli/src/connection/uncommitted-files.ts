// How many files of a checkout differ from HEAD: a run starts from HEAD, and a person should know what it does not see.
// Covered: nothing that the repository names is started by looking: no monitor, hook, filter, submodule's own configuration, remote.
// Not covered: the person's own global configuration, which is trusted.
import { execFile } from "node:child_process";

const timeoutMs = 2000;
const maxOutputBytes = 4_000_000;

/** Win over the repository's. */
const settings = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "protocol.allow=never",
  "safe.bareRepository=explicit",
];
const environment = { GIT_ALLOW_PROTOCOL: "none", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
/** Those that git starts to compare a file; their names are free, so they are asked for first. */
const filterKeys = "^filter\\..*\\.(clean|process|required)$";

/** Null when git does not say in time. */
export async function countUncommittedFiles(path: string): Promise<number | null> {
  const filters = await runGit(path, ["config", "--null", "--name-only", "--get-regexp", filterKeys]);
  // Exit code 1: there are none.
  if (filters.exitCode !== 0 && filters.exitCode !== 1) return null;
  const keys = [...new Set(filters.out.split("\0").filter((key) => key !== ""))];
  const status = ["status", "--porcelain", "--no-renames", "--ignore-submodules=all", "-z"];
  const { exitCode, out } = await runGit(path, status, emptied(keys));
  return exitCode === 0 ? out.split("\0").filter((line) => line !== "").length : null;
}

/** By environment: as an argument a name with "=" in it would be read as another one. */
function emptied(keys: readonly string[]): Record<string, string> {
  const pairs = keys.flatMap((key, index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, key.endsWith(".required") ? "false" : ""],
  ]);
  return { GIT_CONFIG_COUNT: String(keys.length), ...Object.fromEntries(pairs) };
}

function runGit(
  path: string,
  command: readonly string[],
  more: Record<string, string> = {},
): Promise<{ exitCode: number | null; out: string }> {
  const argv = [...settings.flatMap((setting) => ["-c", setting]), "-C", path, ...command];
  const env = { ...process.env, ...environment, ...more };
  return new Promise((resolve) => {
    const child = execFile("git", argv, { env, timeout: timeoutMs, maxBuffer: maxOutputBytes }, (error, out) => {
      resolve({ exitCode: error && child.exitCode === 0 ? null : child.exitCode, out });
    });
  });
}
