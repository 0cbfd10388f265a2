// What a run begins knowing of its repository: the facts, and AGENTS.md as it is in the base commit, where the policy does not deny it.
// Nothing invisible and no secret gets into it; what is shown of it is a share of the window (core, prompt/memory.ts).
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  describeProvenance,
  type Fact,
  type GitObjectId,
  isOutpostError,
  makeVisible,
  type RepositoryId,
  type RunMemory,
} from "@outpost/protocol";
import type { Policy } from "@outpost/sandbox";
import { guideFileName, maxGuideBytes } from "../facts/guide-file.ts";
import type { RunSecrets } from "./run-secrets.ts";

interface RecallPorts {
  store: Pick<TaskStore, "listFacts">;
  host: Pick<RepositoryHost, "readFile">;
  secrets: Pick<RunSecrets, "concealer">;
}

/** Null: nothing is known. */
export async function recallFacts(
  repositoryId: RepositoryId,
  baseCommit: GitObjectId,
  policy: Pick<Policy, "files">,
  ports: RecallPorts,
): Promise<RunMemory | null> {
  const show = (text: string): string => makeVisible(ports.secrets.concealer.conceal(text));
  const known = (await ports.store.listFacts(repositoryId)).toSorted(byWeight);
  const facts = known.map((fact) => show(`${fact.kind}: ${fact.text} (${describeProvenance(fact)})`));
  const isDenied = policy.files.judge(guideFileName).access === "deny";
  const guide = isDenied ? null : await readGuide(repositoryId, baseCommit, ports.host);
  if (facts.length === 0 && guide === null) return null;
  const files = guide === null ? [] : [{ path: guideFileName, commit: baseCommit, text: show(guide) }];
  return { facts, files };
}

/** What people wrote first, then the newest. */
function byWeight(left: Fact, right: Fact): number {
  const weight = ({ source, editedBy }: Fact): number => (source.type === "person" || editedBy !== null ? 1 : 0);
  return weight(right) - weight(left) || right.updatedAtMs - left.updatedAtMs;
}

/** Null where there is none that says anything. */
async function readGuide(
  repositoryId: RepositoryId,
  commit: GitObjectId,
  host: RecallPorts["host"],
): Promise<string | null> {
  try {
    const bytes = await host.readFile(repositoryId, commit, guideFileName, maxGuideBytes);
    const text = bytes === null ? "" : new TextDecoder().decode(bytes).trim();
    return text === "" || text.includes("\0") ? null : text;
  } catch (error) {
    if (isOutpostError(error) && error.code === "limit_exceeded")
      return `It is over ${maxGuideBytes} bytes; read the lines of it that matter.`;
    throw error;
  }
}
