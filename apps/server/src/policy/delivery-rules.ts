// What the policy says of an accepted change: nothing is applied where it says dry run, and no branch is written that it protects.
// The server's configuration protects branches as well; each can only add to the other.
import { OutpostError, type PolicySettings, type RepositoryId } from "@outpost/protocol";
import { fitsBranch } from "@outpost/workspace";
import type { PolicyService } from "./policy-service.ts";

export type SettingsOf = (repositoryId: RepositoryId) => Promise<PolicySettings>;

export function createSettingsOf(policy: Pick<PolicyService, "policyOf">): SettingsOf {
  return async (repositoryId) => (await policy.policyOf(repositoryId)).settings;
}

/** Throws `forbidden`. A patch touches nothing. */
export function assertAppliesAtAll({ dryRun }: PolicySettings, target: string): void {
  if (!dryRun || target === "patch") return;
  throw new OutpostError(
    "forbidden",
    'the policy says "dryRun": nothing is applied; take the change as a patch (target "patch"), or change the policy',
  );
}

/** Throws `forbidden`. */
export function assertBranchAllowed({ push }: PolicySettings, branch: string): void {
  if (push.allowed.includes(branch) || !push.protected.some((pattern) => fitsBranch(pattern, branch))) return;
  throw new OutpostError(
    "forbidden",
    `branch "${branch}" is protected by the policy; choose another, or name it in push.allowed`,
  );
}
