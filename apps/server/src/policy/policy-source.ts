// The policy in force for a repository at a commit: the built-in one, the server's own file as it is now, the repository's file of that
// commit. Used by the server and by its workers alike. Never reads a worktree or a checkout.
import { join } from "node:path";
import type { RepositoryHost } from "@outpost/core";
import {
  type CheckPolicyResponse,
  type GitObjectId,
  isOutpostError,
  OutpostError,
  type PolicyLevel,
  type RepositoryId,
} from "@outpost/protocol";
import { openPolicyLoader, type Policy, policyFileName, readUserPolicy } from "@outpost/sandbox";
import { builtInPolicyDirectory } from "../process/entry-points.ts";
import { createPolicyChanges, type PolicyChangesPorts, type PolicyRun } from "./policy-changes.ts";

export interface PolicySource {
  /** `commit`: of the repository's mirror; null: without a repository's file. Rejects with `unavailable` when the server's own file cannot be read. */
  policyFor(repositoryId: RepositoryId | null, commit: GitObjectId | null): Promise<Policy>;
  /** The same for a run that begins, whose repository's file is from then on the one that was used last. Rejects as `assertOpen` throws. */
  policyForRun(run: PolicyRun): Promise<Policy>;
  check(text: string, level: PolicyLevel): Promise<CheckPolicyResponse>;
}

/** Throws `forbidden` where nobody can tell which files are closed. Whoever shows files asks; the rules themselves then deny every path. */
export function assertOpen({ shut }: Policy): void {
  if (shut !== null) throw new OutpostError("forbidden", shut, { details: { reason: "policy" } });
}

/** A larger file is one that cannot be used. */
const maxPolicyBytes = 500_000;
const maxKept = 50;

/** `policyFile`: the server's own file; it need not be there. */
export interface PolicySourceOptions extends PolicyChangesPorts {
  host: Pick<RepositoryHost, "readFile">;
  /** What the configuration lets commands reach. */
  commandHosts: readonly string[];
}

export function policyFileIn(dataDirectory: string, configured: string | undefined): string {
  return configured ?? join(dataDirectory, policyFileName);
}

export function openPolicySource({ policyFile, host, commandHosts, audit, nowMs }: PolicySourceOptions): PolicySource {
  const changes = createPolicyChanges({ policyFile, audit, nowMs });
  const loading = openPolicyLoader(builtInPolicyDirectory ? { builtInDirectory: builtInPolicyDirectory } : {});
  // Whoever asks first is told; until then nothing waits for it.
  loading.catch(() => {});
  /** By the texts it is made of. */
  const kept = new Map<string, Policy>();
  /** By repository, and the server's own under null: what this process has seen work. */
  const good = new Map<RepositoryId | null, string>();
  async function policyFor(repositoryId: RepositoryId | null, commit: GitObjectId | null): Promise<Policy> {
    const own = readUserPolicy(policyFile);
    const text = repositoryId && commit ? await readRepositoryPolicy(host, repositoryId, commit) : null;
    const lastGood = { own: good.get(null), repository: repositoryId ? good.get(repositoryId) : undefined };
    const key = JSON.stringify([own?.text ?? null, text, lastGood]);
    const policy = kept.get(key) ?? (await loading).load(own, text, commandHosts, lastGood);
    noteGood(policy, own?.text ?? null, repositoryId, text);
    kept.delete(key);
    kept.set(key, policy);
    for (const oldest of [...kept.keys()].slice(0, -maxKept)) kept.delete(oldest);
    await changes.noteOwn(own?.text ?? null, policy);
    return policy;
  }

  function noteGood(policy: Policy, own: string | null, repositoryId: RepositoryId | null, text: string | null): void {
    const { sources } = policy.report();
    const isGood = (level: PolicyLevel): boolean =>
      sources.some((source) => source.level === level && source.problem === null);
    if (own !== null && isGood("user")) good.set(null, own);
    if (repositoryId !== null && text !== null && isGood("repository")) good.set(repositoryId, text);
  }

  return {
    check: async (text, level) => (await loading).check({ level, file: policyFileName, text }),
    policyFor,
    async policyForRun(run) {
      const policy = await policyFor(run.repositoryId, run.commit);
      await changes.noteRepository(policy, run);
      assertOpen(policy);
      return policy;
    },
  };
}

/** Null where the commit has none. One that is too large is given as a text that cannot be used, so that nothing is allowed unasked. */
async function readRepositoryPolicy(
  host: Pick<RepositoryHost, "readFile">,
  repositoryId: RepositoryId,
  commit: GitObjectId,
): Promise<string | null> {
  try {
    const bytes = await host.readFile(repositoryId, commit, policyFileName, maxPolicyBytes);
    return bytes && new TextDecoder().decode(bytes);
  } catch (error) {
    if (isOutpostError(error) && error.code === "limit_exceeded") return "the file is too large";
    throw error;
  }
}
