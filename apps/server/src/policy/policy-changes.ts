// Enters in the audit log which policy files are in force, each time that one is not as it was. Covered: the server's own file, whenever it is
// used for anything, and a repository's when a run begins with it. Not covered: changes that are taken back before anything uses the policy.
import { statSync } from "node:fs";
import type { AuditLog } from "@outpost/core";
import type { GitObjectId, PolicyLevel, RepositoryId, TaskId } from "@outpost/protocol";
import { type Policy, policyFileName } from "@outpost/sandbox";

export interface PolicyChanges {
  /** `text`: of the file as `policy` was made of it. Rejects when it cannot be entered: an unseen policy is not used. */
  noteOwn(text: string | null, policy: Policy): Promise<void>;
  noteRepository(policy: Policy, run: PolicyRun): Promise<void>;
}

export interface PolicyRun {
  repositoryId: RepositoryId;
  commit: GitObjectId;
  taskId: TaskId;
}

export interface PolicyChangesPorts {
  policyFile: string;
  audit: Pick<AuditLog, "notePolicyFiles">;
  nowMs: () => number;
}

export function createPolicyChanges({ policyFile, audit, nowMs }: PolicyChangesPorts): PolicyChanges {
  /** Undefined: nothing yet. */
  let noted: string | null | undefined;
  return {
    async noteOwn(text, policy) {
      if (text === noted) return;
      const { sha256, problem } = sourceOf(policy, "user");
      const detail = joined(describeFile(policyFile), problem);
      await audit.notePolicyFiles([{ source: policyFile, sha256, detail, taskId: null }], nowMs());
      noted = text;
    },
    async noteRepository(policy, { repositoryId, commit, taskId }) {
      const { sha256, problem } = sourceOf(policy, "repository");
      const source = `${policyFileName} of ${repositoryId}`;
      await audit.notePolicyFiles([{ source, sha256, detail: joined(`commit ${commit}`, problem), taskId }], nowMs());
    },
  };
}

function sourceOf(policy: Policy, level: PolicyLevel): { sha256: string | null; problem: string | null } {
  const found = policy.report().sources.find((source) => source.level === level);
  return { sha256: found?.sha256 ?? null, problem: found?.problem ?? null };
}

/** Who wrote it is not known; whose it is and when it was written is. */
function describeFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `written ${new Date(stat.mtimeMs).toISOString()}, owned by user ${stat.uid}` : "";
}

function joined(detail: string, problem: string | null): string {
  return [detail, ...(problem === null ? [] : [`cannot be used, ${problem}`])].filter(Boolean).join("; ");
}
