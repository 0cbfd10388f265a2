// The task store's contract: approvals and remembered decisions, as they follow from events.
import type { TaskStore } from "@outpost/core";
import { type ApprovalId, type RepositoryId, subjectKey, type TaskEvent, type TaskId } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, newId, runFinished, runStarted, sampleChange, startMs } from "./samples.ts";

const subject = {
  toolName: "run_command",
  arguments: { argv: ["rm", "b"] },
  argv: ["rm", "b"],
  cwd: ".",
  reason: "it deletes",
  rule: "deletes",
};

function asked(approvalId: ApprovalId, expiresAtMs: number | null = null): TaskEvent {
  const about = { kind: "command" as const, question: "may it?", options: [], callId: "c1", subject };
  return { type: "approval.requested", approvalId, ...about, expiresAtMs };
}

function decided(approvalId: ApprovalId, accepted = true, remember = false): TaskEvent {
  const rememberedId = remember ? newId("rem") : null;
  return { type: "approval.decided", approvalId, answer: "fine", accepted, by: "ada", how: "person", rememberedId };
}

const page = { limit: 10 };

async function waiting(
  store: TaskStore,
  repositoryId: RepositoryId,
  expiresAtMs: number | null = null,
): Promise<{ taskId: TaskId; approvalId: ApprovalId }> {
  const { id: taskId } = await addTask(store, repositoryId);
  const approvalId = newId("apr");
  await appendAny(store, taskId, runStarted(1), asked(approvalId, expiresAtMs));
  return { taskId, approvalId };
}

export function describeApprovals(frame: TaskStoreFrame): void {
  describe("approvals", () => {
    it("are pending until they are decided, with who, what and when", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const { taskId, approvalId } = await waiting(store, repositoryId, startMs + 10);
      const open = {
        id: approvalId,
        taskId,
        repositoryId,
        kind: "command",
        state: "pending",
        question: "may it?",
        options: [],
        subject,
        revision: null,
        requestedAtMs: startMs,
        expiresAtMs: startMs + 10,
        decidedAtMs: null,
        answer: null,
        by: null,
        rememberedId: null,
      };
      expect(await store.getApproval(approvalId)).toEqual(open);
      expect(await store.listApprovals({ state: "pending", ...page })).toEqual({ items: [open], nextCursor: null });
      await appendAny(store, taskId, decided(approvalId, false));
      const closed = { ...open, state: "refused", decidedAtMs: startMs, answer: "fine", by: "ada" };
      expect(await (await frame.openAnother()).getApproval(approvalId)).toEqual(closed);
      expect(await store.listApprovals({ state: "pending", ...page })).toMatchObject({ items: [] });
      expect(await store.listApprovals({ taskId, ...page })).toMatchObject({ items: [closed] });
      expect(await rejection(store.getApproval(newId("apr")))).toMatchObject({ code: "not_found" });
    });

    it("come to an end with what made them useless", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const { taskId, approvalId } = await waiting(store, repositoryId);
      await appendAny(store, taskId, { type: "task.cancel_requested", by: "bob" });
      expect(await store.getApproval(approvalId)).toMatchObject({ state: "withdrawn", by: "bob" });
    });

    it("of a change are open from its proposal to its decision, or to the next proposal", async () => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      const [first, second] = [newId("apr"), newId("apr")];
      const propose = (revision: number, approvalId: ApprovalId): TaskEvent[] => [
        { type: "change.proposed", change: sampleChange(id, revision), approvalId },
        runFinished({ type: "proposed", summary: "renamed", revision }),
      ];
      await appendAny(store, id, runStarted(1), ...propose(1, first));
      expect(await store.getApproval(first)).toMatchObject({ kind: "change", state: "pending", revision: 1 });
      await appendAny(store, id, { type: "task.queued", reason: "message" }, runStarted(2), ...propose(2, second));
      expect(await store.getApproval(first)).toMatchObject({ state: "withdrawn" });
      const decision = { accepted: false, reason: "no", by: "ada" };
      await appendAny(store, id, { type: "change.rejected", revision: 2, decision });
      expect(await store.getApproval(second)).toMatchObject({ state: "refused", by: "ada", answer: "no" });
    });

    it("are listed newest first, in pages, of one task, repository or kind", async () => {
      const store = frame.store();
      const [left, right] = [await addRepository(store), await addRepository(store)];
      const made = [await waiting(store, left), await waiting(store, right), await waiting(store, left)];
      const ids = made.map(({ approvalId }) => approvalId).reverse();
      const first = await store.listApprovals({ limit: 2 });
      const second = await store.listApprovals({ limit: 2, cursor: first.nextCursor ?? "" });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
      expect(second.nextCursor).toBeNull();
      expect((await store.listApprovals({ repositoryId: right, limit: 9 })).items.map(({ id }) => id)).toEqual([
        ids[1],
      ]);
      expect((await store.listApprovals({ taskId: newId("tsk"), limit: 9 })).items).toEqual([]);
      expect((await store.listApprovals({ kind: "plan", limit: 9 })).items).toEqual([]);
      expect(await rejection(store.listApprovals({ cursor: "x", limit: 1 }))).toMatchObject({ code: "invalid_input" });
    });

    it("whose time is up are found, the longest ago first", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const late = await waiting(store, repositoryId, startMs + 20);
      const early = await waiting(store, repositoryId, startMs + 10);
      await waiting(store, repositoryId);
      const expiredAt = async (nowMs: number) => (await store.listExpiredApprovals(nowMs, 10)).map(({ id }) => id);
      expect(await expiredAt(startMs + 9)).toEqual([]);
      expect(await expiredAt(startMs + 20)).toEqual([early.approvalId, late.approvalId]);
      await appendAny(store, early.taskId, decided(early.approvalId));
      expect(await expiredAt(startMs + 20)).toEqual([late.approvalId]);
    });
  });
  describeRemembered(frame);
}

function describeRemembered(frame: TaskStoreFrame): void {
  describe("remembered decisions", () => {
    it("hold for the same command in the same repository, until they are revoked", async () => {
      const store = frame.store();
      const [left, right] = [await addRepository(store), await addRepository(store)];
      const { taskId, approvalId } = await waiting(store, left);
      await appendAny(store, taskId, decided(approvalId, true, true));
      const key = subjectKey(subject);
      const found = await store.findRememberedDecision(left, key);
      expect(found).toMatchObject({
        accepted: true,
        by: "ada",
        subject,
        approvalId,
        repositoryId: left,
        revokedAtMs: null,
      });
      expect((await store.getApproval(approvalId)).rememberedId).toBe(found?.id);
      expect(await store.findRememberedDecision(right, key)).toBeUndefined();
      expect(await store.findRememberedDecision(left, subjectKey({ ...subject, argv: ["rm", "c"] }))).toBeUndefined();
      expect(await store.findRememberedDecision(left, subjectKey({ ...subject, cwd: "src" }))).toBeUndefined();
      if (!found) return;
      const revoked = { ...found, revokedAtMs: startMs + 5, revokedBy: "bob" };
      expect(await store.revokeRememberedDecision(found.id, "bob", startMs + 5)).toEqual(revoked);
      expect(await store.revokeRememberedDecision(found.id, "eve", startMs + 6)).toEqual(revoked);
      expect(await store.findRememberedDecision(left, key)).toBeUndefined();
      expect(await store.listRememberedDecisions({ withRevoked: false })).toEqual([]);
      expect(await store.listRememberedDecisions({ repositoryId: left, withRevoked: true })).toEqual([revoked]);
      const unknown = store.revokeRememberedDecision(newId("rem"), "bob", startMs);
      expect(await rejection(unknown)).toMatchObject({ code: "not_found" });
    });

    it("are replaced by the next on the same", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      for (const accepted of [true, false]) {
        const { taskId, approvalId } = await waiting(store, repositoryId);
        await appendAny(store, taskId, decided(approvalId, accepted, true));
      }
      expect(await store.findRememberedDecision(repositoryId, subjectKey(subject))).toMatchObject({ accepted: false });
      expect(await store.listRememberedDecisions({ withRevoked: false })).toHaveLength(1);
    });
  });
}
