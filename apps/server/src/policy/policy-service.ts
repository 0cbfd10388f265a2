// What the server says of the policy: the report, a judgement without consequences, the settings that other services ask for.
import type { TaskStore } from "@outpost/core";
import type {
  CheckPolicyRequest,
  CheckPolicyResponse,
  ExplainPolicyRequest,
  ExplainPolicyResponse,
  PolicyReport,
  RepositoryId,
} from "@outpost/protocol";
import type { Policy } from "@outpost/sandbox";
import type { PolicySource } from "./policy-source.ts";

export interface PolicyService {
  /** With the repository's file in the last imported commit; null: without one. Rejects with `not_found`. */
  policyOf(repositoryId: RepositoryId | null): Promise<Policy>;
  show(repositoryId: RepositoryId | undefined): Promise<PolicyReport>;
  explain(request: ExplainPolicyRequest): Promise<ExplainPolicyResponse>;
  check(request: CheckPolicyRequest): Promise<CheckPolicyResponse>;
}

export function createPolicyService(ports: { source: PolicySource; store: TaskStore }): PolicyService {
  const policyOf = async (repositoryId: RepositoryId | null): Promise<Policy> => {
    const commit = repositoryId && (await ports.store.getRepository(repositoryId)).headCommit;
    return ports.source.policyFor(repositoryId, commit);
  };
  return {
    policyOf,
    show: async (repositoryId) => (await policyOf(repositoryId ?? null)).report(),
    async explain({ argv, cwd, repositoryId }) {
      const policy = await policyOf(repositoryId ?? null);
      return { policyHash: policy.hash, judgement: policy.judgeCommand(argv, cwd) };
    },
    check: ({ text, level }) => ports.source.check(text, level),
  };
}
