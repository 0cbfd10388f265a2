// Brings one commit of the source, which some branch names, into the mirror under a ref of its own.
import { fetchFromSource } from "../mirror/fetch-from-source.ts";
import type { Mirror } from "../mirror/mirror.ts";
import type { SourceRepository } from "./source-repository.ts";

const BRANCH_REF = "refs/outpost/source/branch";

export function fetchSourceBranch(
  { mirror, source }: { mirror: Mirror; source: SourceRepository },
  commit: string,
): Promise<void> {
  return fetchFromSource(mirror, source.location, { from: commit, to: BRANCH_REF });
}
