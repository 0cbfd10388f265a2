// The task store's contract: repositories and access tokens.
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import {
  addTask,
  appendAny,
  commitId,
  message,
  newId,
  runFinished,
  runStarted,
  sampleRepository,
  sampleToken,
  startMs,
  taskCommand,
} from "./samples.ts";

export function describeRepositories(frame: TaskStoreFrame): void {
  describe("repositories", () => {
    it("are kept as they are, in the order of registration", async () => {
      const [first, second] = [sampleRepository("z"), sampleRepository("a")];
      await frame.store().createRepository(first);
      await frame.store().createRepository(second);
      const renewed = { ...first, headCommit: commitId, importedAtMs: startMs, headBranch: null };
      await frame.store().updateRepository(renewed);
      const store = await frame.openAnother();
      expect(await store.listRepositories()).toEqual([renewed, second]);
      expect(await store.getRepository(first.id)).toEqual(renewed);
    });

    it("have one source each, whatever the order of its keys", async () => {
      const first = sampleRepository();
      await frame.store().createRepository(first);
      const source = Object.fromEntries(Object.entries(first.source).reverse()) as typeof first.source;
      const taken = { code: "conflict", details: { repositoryId: first.id } };
      for (const same of [source, { ...first.source }]) {
        const repository = { ...sampleRepository(), source: same };
        expect(await rejection(frame.store().createRepository(repository))).toMatchObject(taken);
      }
      const other = sampleRepository();
      await frame.store().createRepository(other);
      expect(await rejection(frame.store().updateRepository({ ...other, source }))).toMatchObject(taken);
    });

    it("that are not there are not found", async () => {
      const repository = sampleRepository();
      for (const promise of [
        frame.store().getRepository(repository.id),
        frame.store().updateRepository(repository),
        frame.store().removeRepository(repository.id),
      ]) {
        expect(await rejection(promise)).toMatchObject({ code: "not_found" });
      }
    });
  });
  describeRemoval(frame);
}

function describeRemoval(frame: TaskStoreFrame): void {
  describe("removing a repository", () => {
    it("takes its tasks, events and keys along, and nothing of others", async () => {
      const store = frame.store();
      const [gone, kept] = [sampleRepository(), sampleRepository()];
      await store.createRepository(gone);
      await store.createRepository(kept);
      const text = "shared ".repeat(10_000);
      const lost = await store.createTask(taskCommand(gone.id, { idempotencyKey: "k" }));
      await appendAny(store, lost.task.id, message(text), message(`${text}!`));
      const other = await addTask(store, kept.id);
      await appendAny(store, other.id, message(text));
      const all = await store.readAllEvents(0, 100);
      const last = all.at(-1)?.position ?? 0;
      const removedThrough = all.findLast(({ taskId }) => taskId === lost.task.id)?.position ?? 0;
      await store.removeRepository(gone.id);
      expect(await store.getRemovedThrough()).toBe(removedThrough);
      const { removed } = await store.describeKept();
      expect(removed).toMatchObject({ tasks: 1, events: 3, throughPosition: removedThrough, lastAtMs: null });
      expect(removed.throughMs).not.toBeNull();
      expect(await store.listRepositories()).toEqual([kept]);
      expect(await rejection(store.getTask(lost.task.id))).toMatchObject({ code: "not_found" });
      const left = await store.readAllEvents(0, 100);
      expect(left.map((envelope) => envelope.taskId)).toEqual([other.id, other.id]);
      expect(left[1]?.event).toEqual(message(text));
      expect(await store.createTask(taskCommand(kept.id, { idempotencyKey: "k" }))).toMatchObject({ created: true });
      expect((await store.readAllEvents(0, 100)).at(-1)?.position).toBeGreaterThan(last);
    });

    it("never gives a position again, even that of the last event", async () => {
      const store = frame.store();
      const [gone, kept] = [sampleRepository(), sampleRepository()];
      await store.createRepository(gone);
      await store.createRepository(kept);
      await addTask(store, gone.id);
      const last = (await store.readAllEvents(0, 100)).at(-1)?.position ?? 0;
      await store.removeRepository(gone.id);
      await addTask(store, kept.id);
      expect((await store.readAllEvents(last, 100)).length).toBe(1);
    });

    it("is refused while a task runs or waits", async () => {
      const store = frame.store();
      const repository = sampleRepository();
      await store.createRepository(repository);
      const { id } = await addTask(store, repository.id);
      await appendAny(store, id, runStarted(1));
      expect(await rejection(store.removeRepository(repository.id))).toMatchObject({ code: "conflict" });
      const approvalId = newId("apr");
      const question = { question: "sure?", options: [], callId: null };
      await appendAny(store, id, { type: "approval.requested", approvalId, kind: "question", ...question });
      expect(await rejection(store.removeRepository(repository.id))).toMatchObject({ code: "conflict" });
      expect(await store.getTask(id)).toMatchObject({ state: "waiting" });
      const decided = { type: "approval.decided", approvalId, answer: "", accepted: true, by: "ada" } as const;
      await appendAny(store, id, decided, runStarted(1), runFinished({ type: "cancelled" }));
      await store.removeRepository(repository.id);
    });
  });
}

export function describeTokens(frame: TaskStoreFrame): void {
  const digest = "d".repeat(64);

  describe("access tokens", () => {
    it("are found by their digest and listed in the order they were made", async () => {
      const [first, second] = [sampleToken("z"), sampleToken("a")];
      await frame.store().createToken(first, digest);
      await frame.store().createToken(second, "e".repeat(64));
      const store = await frame.openAnother();
      expect(await store.findTokenByDigest(digest)).toEqual(first);
      expect(await store.findTokenByDigest("f".repeat(64))).toBeUndefined();
      expect(await store.listTokens()).toEqual([first, second]);
    });

    it("have a digest of their own", async () => {
      await frame.store().createToken(sampleToken("a"), digest);
      expect(await rejection(frame.store().createToken(sampleToken("b"), digest))).toMatchObject({ code: "conflict" });
    });

    it("are revoked once, and are still found", async () => {
      const token = sampleToken("a");
      await frame.store().createToken(token, digest);
      const revoked = { ...token, revokedAtMs: startMs + 1 };
      expect(await frame.store().revokeToken(token.id, startMs + 1)).toEqual(revoked);
      expect(await frame.store().revokeToken(token.id, startMs + 2)).toEqual(revoked);
      expect(await frame.store().findTokenByDigest(digest)).toEqual(revoked);
      expect(await rejection(frame.store().revokeToken(newId("tok"), startMs))).toMatchObject({ code: "not_found" });
    });

    it("remember their last use to the minute", async () => {
      const token = sampleToken("a");
      await frame.store().createToken(token, digest);
      const lastUse = async (atMs: number) => {
        await frame.store().touchToken(token.id, atMs);
        return (await frame.store().findTokenByDigest(digest))?.lastUsedAtMs;
      };
      expect(await lastUse(startMs)).toBe(startMs);
      expect(await lastUse(startMs + 59_999)).toBe(startMs);
      expect(await lastUse(startMs + 60_000)).toBe(startMs + 60_000);
      await frame.store().touchToken(newId("tok"), startMs);
    });
  });
}
