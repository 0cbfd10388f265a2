// What the policy keeps out of the index: the built-in and the user's file rules as they are when the indexer starts. What a repository's
// own policy denies is left out of every answer instead (`shown-hits.ts`), since it may say so long after a file was indexed.
import { createHash } from "node:crypto";
import type { DeniedPaths } from "@outpost/indexer";
import { openPolicyLoader, readUserPolicy } from "@outpost/sandbox";
import { builtInPolicyDirectory } from "../process/entry-points.ts";

export async function loadDeniedPaths(policyFile: string): Promise<DeniedPaths> {
  const directory = builtInPolicyDirectory ? { builtInDirectory: builtInPolicyDirectory } : {};
  const own = readUserPolicy(policyFile);
  // Only the examples of a user's file are lines of a shell.
  const loader = await openPolicyLoader({ ...directory, onlyFiles: true, readsLines: own !== null });
  const policy = loader.load(own, null);
  const rules = policy.report().files.map(({ rule: { globs, except, access } }) => ({ globs, except, access }));
  return {
    // Of the rules alone: a policy that only changes what it says of commands keeps the index.
    version: createHash("sha256").update(JSON.stringify(rules)).digest("hex").slice(0, 16),
    reasonOf(path) {
      const { access, reason } = policy.files.judge(path);
      return access === "deny" ? reason : null;
    },
  };
}
