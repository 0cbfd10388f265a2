// Lock files that a killed git left in a mirror. Git never takes them away, and every later write of the same ref would fail for ever.
// Invariant: only what git itself names as being in the way goes, only inside the mirror, and only once it is older than any git of ours
// holds a lock of its.
import { stat, unlink } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError } from "@outpost/protocol";
import type { GitOutput } from "../git/git-runner.ts";

/** Git holds a ref's lock for milliseconds; on a machine that is overloaded, for seconds. */
const leftAfterMs = 10_000;
const pollMs = 100;
/** A lock that others take again and again is not left behind; this long is waited for one. */
const maxWaitMs = 20_000;

/** Runs git, and again when a lock was in the way: once the lock is gone, or has been taken for left behind. */
export async function pastLeftLocks(
  gitDir: string,
  run: () => Promise<GitOutput>,
  signal: AbortSignal | undefined,
): Promise<GitOutput> {
  const deadline = Date.now() + maxWaitMs;
  for (;;) {
    const ended = await run().then(
      (output) => ({ output, text: output.errorText }),
      (error: unknown) => ({ error, text: isOutpostError(error) ? error.message : "" }),
    );
    const lock = lockInTheWay(ended.text, gitDir);
    if (lock === null || Date.now() > deadline) {
      if ("error" in ended) throw ended.error;
      return ended.output;
    }
    if (!(await removeLeft(lock))) await sleep(pollMs, undefined, signal ? { signal } : {});
  }
}

function lockInTheWay(text: string, gitDir: string): string | null {
  const path = /Unable to create '([^'\n]+\.lock)': File exists/i.exec(text)?.[1];
  return path?.startsWith(`${gitDir}/`) && !path.includes("/../") ? path : null;
}

/** Whether it is gone now. */
async function removeLeft(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => null);
  if (found === null) return true;
  if (Date.now() - found.mtimeMs < leftAfterMs) return false;
  await unlink(lock).catch(() => {});
  return true;
}
