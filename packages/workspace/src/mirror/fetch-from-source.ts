// One commit of a source, fetched into the mirror under a ref of its own, and nothing else of it: no tags, no submodules, no branches.
import type { Mirror } from "./mirror.ts";
import type { GitSource } from "./source-location.ts";

const TIMEOUT_MS = 1_800_000;
/** As in `withoutWorkTree`: the working tree is the directory that it goes into, which is the source's git directory. */
const uploadPack = "git --work-tree=. upload-pack";

/** `from`: a commit, or a name in the source. `to`: a ref of the mirror, which is moved also where that loses history. */
export async function fetchFromSource(
  mirror: Mirror,
  { gitDir, gitDirectories }: GitSource,
  { from, to }: { from: string; to: string },
  signal?: AbortSignal,
): Promise<void> {
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
      `--upload-pack=${uploadPack}`,
      gitDir,
      `+${from}:${to}`,
    ],
    fetch: true,
    writable: [mirror.gitDir],
    readable: gitDirectories,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}
