// The decision whether a fact is to be remembered. Its task does not wait for it, and may have ended long ago: the decision is an event of it
// all the same, and with it, when it was accepted, what is known from now on.
import type { TaskStore } from "@outpost/core";
import { type Approval, limits, OutpostError, type TaskEvent } from "@outpost/protocol";

interface FactDecision {
  accepted: boolean;
  answer: string;
  by: string;
  how: "person" | "expired";
}

/** Rejects with `limit_exceeded` when there is no room for it. */
export async function decideFact(
  { id: approvalId, taskId, repositoryId, fact }: Approval,
  decision: FactDecision,
  { store, nowMs }: { store: TaskStore; nowMs: () => number },
): Promise<void> {
  if (!fact) throw new OutpostError("internal", `approval "${approvalId}" names no fact`);
  const events: TaskEvent[] = [{ type: "fact.decided", approvalId, ...decision }];
  if (decision.accepted) {
    await assertRoom(store, repositoryId);
    events.push({ type: "fact.learned", fact: { ...fact, approvedBy: decision.by } });
  }
  await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: nowMs() });
}

async function assertRoom(store: TaskStore, repositoryId: Approval["repositoryId"]): Promise<void> {
  const facts = await store.listFacts(repositoryId);
  const max = limits.factsPerRepository;
  if (facts.length < max || facts.some(({ source, editedBy }) => source.type !== "person" && editedBy === null)) return;
  throw new OutpostError("limit_exceeded", `the repository has ${max} facts that people wrote; remove one first`);
}
