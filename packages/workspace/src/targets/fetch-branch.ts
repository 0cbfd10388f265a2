// Brings one commit of the source, which some branch names, into the mirror under a ref of its own.
import type { Mirror } from "../mirror/mirror.ts";
import type { SourceRepository } from "./source-repository.ts";

const BRANCH_REF = "refs/outpost/source/branch";
const TIMEOUT_MS = 1_800_000;

export async function fetchSourceBranch(
  { mirror, source }: { mirror: Mirror; source: SourceRepository },
  commit: string,
): Promise<void> {
  const { gitDir, gitDirectories } = source.location;
  await mirror.run({
    args: [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--no-recurse-submodules",
      "--update-shallow",
      "--refmap=",
      gitDir,
      `+${commit}:${BRANCH_REF}`,
    ],
    fetch: true,
    writable: [mirror.gitDir],
    readable: gitDirectories,
    timeoutMs: TIMEOUT_MS,
  });
}
