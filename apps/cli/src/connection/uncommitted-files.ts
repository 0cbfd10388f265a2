// How many files of a checkout differ from HEAD: a run starts from HEAD, and a person should know what it does not see.
import { execFile } from "node:child_process";

const timeoutMs = 2000;
const maxOutputBytes = 4_000_000;

/** Null when git does not say in time. */
export function countUncommittedFiles(path: string): Promise<number | null> {
  return new Promise((resolve) => {
    // No hook or monitor that the repository's configuration names is started by looking.
    const argv = ["-c", "core.fsmonitor=false", "-C", path, "status", "--porcelain", "--no-renames", "-z"];
    execFile("git", argv, { timeout: timeoutMs, maxBuffer: maxOutputBytes }, (error, stdout) => {
      resolve(error ? null : stdout.split("\0").filter((line) => line !== "").length);
    });
  });
}
