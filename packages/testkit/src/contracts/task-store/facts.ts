// The task store's contract: what is known of repositories, from tasks' events and from people.
import type { TaskStore } from "@outpost/core";
import { type Fact, limits, type RepositoryId, type TaskEvent } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, newId, runFinished, runStarted, sampleFact, startMs } from "./samples.ts";

function written(repositoryId: RepositoryId, text: string): Fact {
  const source = { type: "person" as const, by: "ada" };
  const about = { id: newId("fct"), kind: "note" as const, text, source, approvedBy: null, editedBy: null };
  return { ...about, repositoryId, createdAtMs: startMs, updatedAtMs: startMs };
}

const learned = (text?: string): TaskEvent => ({ type: "fact.learned", fact: sampleFact(text) });
const change = (text: string) => ({ kind: null, text, by: "bob", nowMs: startMs + 5 });
const textsOf = async (store: TaskStore, id: RepositoryId) => (await store.listFacts(id)).map(({ text }) => text);

export function describeFacts(frame: TaskStoreFrame): void {
  describe("facts", () => {
    it("are known from the event that says so on, once each, of their repository only", async () => {
      const store = frame.store();
      const [left, right] = [await addRepository(store), await addRepository(store)];
      const { id } = await addTask(store, left);
      const fact = sampleFact();
      await appendAny(
        store,
        id,
        runStarted(1),
        { type: "fact.learned", fact },
        learned(),
        learned("It is built by: make"),
      );
      const [first, ...others] = await (await frame.openAnother()).listFacts(left);
      const times = { createdAtMs: startMs, updatedAtMs: startMs };
      expect(first).toEqual({ ...fact, repositoryId: left, editedBy: null, ...times });
      expect(others.map(({ text }) => text)).toEqual(["It is built by: make"]);
      expect(await store.listFacts(right)).toEqual([]);
      expect(await store.listFacts(newId("rep"))).toEqual([]);
    });

    it("are written, changed and dropped by people, and the audit log says by whom", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const fact = written(repositoryId, "Tabs, not spaces.");
      await store.addFact(fact, "ada");
      expect(await rejection(store.addFact({ ...fact, id: newId("fct") }, "ada"))).toMatchObject({ code: "conflict" });
      const changed = await store.changeFact(repositoryId, fact.id, { ...change("Spaces."), kind: "convention" });
      expect(changed).toEqual({
        ...fact,
        kind: "convention",
        text: "Spaces.",
        editedBy: "bob",
        updatedAtMs: startMs + 5,
      });
      expect(await store.changeFact(repositoryId, fact.id, change("Spaces."))).toMatchObject({ kind: "convention" });
      expect(await store.removeFact(repositoryId, fact.id, "eve", startMs + 9)).toMatchObject({ text: "Spaces." });
      expect(await store.listFacts(repositoryId)).toEqual([]);
      const audit = (await store.listAudit({ limit: 10 })).flatMap(({ record }) =>
        record.type === "fact.changed" ? [record] : [],
      );
      expect(audit.map(({ action, by, text }) => [action, by, text]).reverse()).toEqual([
        ["added", "ada", "Tabs, not spaces."],
        ["changed", "bob", "Spaces."],
        ["changed", "bob", "Spaces."],
        ["removed", "eve", "Spaces."],
      ]);
    });

    it("that are not there, of another repository or known otherwise are refused", async () => {
      const store = frame.store();
      const [left, right] = [await addRepository(store), await addRepository(store)];
      const [one, two] = [written(left, "one"), written(left, "two")];
      await store.addFact(one, "ada");
      await store.addFact(two, "ada");
      const refused = [
        store.changeFact(right, one.id, change("three")),
        store.removeFact(right, one.id, "ada", startMs),
        store.removeFact(left, newId("fct"), "ada", startMs),
        store.addFact(written(newId("rep"), "of nobody"), "ada"),
      ];
      for (const attempt of refused) expect(await rejection(attempt)).toMatchObject({ code: "not_found" });
      expect(await rejection(store.changeFact(left, one.id, change("two")))).toMatchObject({ code: "conflict" });
      expect(await textsOf(store, left)).toEqual(["one", "two"]);
    });

    it("are bounded: what is learned pushes out the oldest that no person wrote or edited, and nothing else does", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const { id } = await addTask(store, repositoryId);
      const most = limits.factsPerRepository;
      const made = Array.from({ length: most }, (_, index) => learned(`fact ${index}`));
      await appendAny(store, id, runStarted(1), ...made);
      const [oldest] = await store.listFacts(repositoryId);
      if (oldest) await store.changeFact(repositoryId, oldest.id, change("fact 0, edited"));
      await appendAny(store, id, learned("one more"));
      const known = await textsOf(store, repositoryId);
      expect(known).toHaveLength(most);
      expect([known[0], known[1], known.at(-1)]).toEqual(["fact 0, edited", "fact 2", "one more"]);
      expect(await rejection(store.addFact(written(repositoryId, "too many"), "ada"))).toMatchObject({
        code: "limit_exceeded",
      });
      for (const { id: factId, text } of await store.listFacts(repositoryId))
        await store.changeFact(repositoryId, factId, change(`${text}!`));
      await appendAny(store, id, learned("no room"));
      expect(await textsOf(store, repositoryId)).not.toContain("no room");
    });

    it("go with their repository", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      await store.addFact(written(repositoryId, "gone"), "ada");
      await store.removeRepository(repositoryId);
      expect(await store.listFacts(repositoryId)).toEqual([]);
    });

    it("that are asked about wait as approvals, whatever becomes of their task", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const { id } = await addTask(store, repositoryId);
      const [first, second] = [newId("apr"), newId("apr")];
      const ask = (approvalId: typeof first): TaskEvent => ({
        ...{ type: "fact.proposed", approvalId, fact: sampleFact(), reason: "it has read issue 7" },
        expiresAtMs: startMs + 10,
      });
      await appendAny(store, id, runStarted(1), ask(first), ask(second));
      await appendAny(store, id, runFinished({ type: "finished", summary: "done" }));
      await appendAny(store, id, { type: "task.queued", reason: "message" }, runStarted(2));
      const { items } = await store.listApprovals({ kind: "fact", state: "pending", limit: 9 });
      expect(items).toMatchObject([{ id: second }, { id: first, taskId: id, repositoryId, fact: { kind: "test" } }]);
      expect((await store.listExpiredApprovals(startMs + 10, 9)).length).toBe(2);
      const decide = (approvalId: typeof first, accepted: boolean): TaskEvent => ({
        ...{ type: "fact.decided", approvalId, accepted, answer: "hm", by: "ada", how: "person" },
      });
      await appendAny(store, id, decide(first, true), decide(second, false));
      expect(await store.getApproval(first)).toMatchObject({ state: "accepted", by: "ada", answer: "hm" });
      expect(await store.getApproval(second)).toMatchObject({ state: "refused" });
      // Only the event that says so makes it known.
      expect(await store.listFacts(repositoryId)).toEqual([]);
      const audited = (await store.listAudit({ limit: 10 })).map(({ record }) => record.type);
      expect(audited.filter((type) => type === "approval.decided")).toHaveLength(2);
    });
  });
}
