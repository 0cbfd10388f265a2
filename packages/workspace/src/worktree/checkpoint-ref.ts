// Moves a checkpoint's ref by compare-and-swap; between two workers of one run the higher fence wins, whoever comes first.
// Invariant: a worker that wakes up late never takes a ref away from the one that replaced it.
import { OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";

const MAX_ATTEMPTS = 5;
const FENCE = "Outpost-Fence: ";
const HEAD = "Outpost-Head: ";

export function fenceTrailer(fence: number): string {
  return `${FENCE}${fence}`;
}

/** Rejects with `conflict` when a worker with a higher fence has the ref. */
export async function moveCheckpoint(mirror: Mirror, ref: string, commit: string, fence: number): Promise<void> {
  let old = "0".repeat(commit.length);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const output = await mirror.run({
      args: ["update-ref", "--no-deref", ref, commit, old],
      writable: [mirror.gitDir],
      okExitCodes: [0, 1, 128],
    });
    if (output.exitCode === 0) return;
    const holder = await readCommit(mirror, ref);
    if (holder === null) throw new OutpostError("internal", `git cannot write ${ref}: ${output.errorText}`);
    if (holder.fence > fence) {
      throw new OutpostError(
        "conflict",
        `a newer worker (fence ${holder.fence}) has taken over the run from this one (fence ${fence}); stop`,
        { details: { fence: holder.fence } },
      );
    }
    old = holder.commit;
  }
  throw new OutpostError("conflict", `${ref} moved ${MAX_ATTEMPTS} times while it was to be moved`, {
    retryable: true,
  });
}

export interface CommitDescription {
  commit: string;
  tree: string;
  /** 0 when a commit names none. */
  fence: number;
  /** The HEAD that a checkpoint names. */
  head: string | null;
}

/** What a commit of the mirror says; null when there is none. */
export async function readCommit(mirror: Mirror, name: string): Promise<CommitDescription | null> {
  const output = await mirror.run({ args: ["cat-file", "--batch"], stdin: `${name}^{commit}\n` });
  const text = output.bytes.toString("utf8");
  const commit = /^([0-9a-f]{40,64}) commit /.exec(text)?.[1];
  const tree = /^tree ([0-9a-f]{40,64})$/m.exec(text)?.[1];
  if (commit === undefined || tree === undefined) return null;
  const trailer = (label: string) =>
    text
      .split("\n")
      .findLast((line) => line.startsWith(label))
      ?.slice(label.length);
  const head = trailer(HEAD);
  return {
    commit,
    tree,
    fence: Number(trailer(FENCE) ?? 0),
    head: head !== undefined && /^[0-9a-f]{40,64}$/.test(head) ? head : null,
  };
}
