// The audit log of a store: appends only, in one chain whoever appends, and tells when it was touched.
import type { AuditRecord } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, newId, sampleToken, startMs } from "./samples.ts";

const records = (count: number, from = 0): AuditRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    type: "policy.changed",
    source: `source ${from + index}`,
    before: null,
    sha256: "a".repeat(64),
    detail: "",
    taskId: null,
  }));

export function describeAudit(frame: TaskStoreFrame): void {
  describe("the audit log", () => {
    it("gives back what was appended, newest first, and verifies", async () => {
      expect(await frame.store().verifyAudit()).toEqual({
        ok: true,
        entries: 0,
        firstSeq: null,
        head: null,
        problem: null,
      });
      await frame.store().appendAudit(records(3), startMs);
      const items = await frame.store().listAudit({ limit: 2 });
      expect(items.map(({ seq, atMs, record }) => [seq, atMs, record])).toEqual([
        [3, startMs, records(3)[2]],
        [2, startMs, records(3)[1]],
      ]);
      expect((await frame.store().listAudit({ limit: 9, before: 2 })).map(({ seq }) => seq)).toEqual([1]);
      const verified = await frame.store().verifyAudit();
      expect(verified).toMatchObject({ ok: true, entries: 3, firstSeq: 1, head: `3:${items[0]?.hash}` });
    });

    it("is one chain for all connections, and holds an earlier head", async () => {
      const other = await frame.openAnother();
      for (let round = 0; round < 5; round++)
        await Promise.all([frame.store().appendAudit(records(2), startMs), other.appendAudit(records(1), startMs)]);
      const { head } = await other.verifyAudit();
      await frame.store().appendAudit(records(4), startMs);
      expect(await other.verifyAudit(head ?? "")).toMatchObject({ ok: true, entries: 19 });
      expect(await other.verifyAudit(`15:${"f".repeat(64)}`)).toMatchObject({
        ok: false,
        problem: expect.stringContaining("anew"),
      });
      expect(await other.verifyAudit(`99:${"f".repeat(64)}`)).toMatchObject({ ok: false });
    });

    it("holds each change of a policy file once, whoever meets it, with what it was before", async () => {
      const other = await frame.openAnother();
      const file = (sha256: string | null, source = "policy") => ({ source, sha256, detail: "", taskId: null });
      const [first, second] = ["1".repeat(64), "2".repeat(64)];
      await frame.store().notePolicyFiles([file(null)], startMs);
      for (const sha256 of [first, first, second, null, first])
        await Promise.all([frame.store(), other].map((store) => store.notePolicyFiles([file(sha256)], startMs)));
      await other.notePolicyFiles([file(first), file(second, "another")], startMs);
      const items = await frame.store().listAudit({ limit: 20 });
      expect(items.map(({ record }) => record).reverse()).toEqual(
        [
          { ...file(first), before: null },
          { ...file(second), before: first },
          { ...file(null), before: second },
          { ...file(first), before: null },
          { ...file(second, "another"), before: null },
        ].map((change) => ({ type: "policy.changed", ...change })),
      );
      expect(await other.verifyAudit()).toMatchObject({ ok: true, entries: 5 });
    });

    it("holds what people decide, and tokens, with who it was", async () => {
      const task = await addTask(frame.store(), await addRepository(frame.store()));
      const before = (await frame.store().listAudit({ limit: 1 }))[0]?.seq ?? 0;
      const token = sampleToken("a");
      await frame.store().createToken(token, "c".repeat(64), "ada");
      await frame.store().revokeToken(token.id, startMs + 1, "ada");
      await frame.store().revokeToken(token.id, startMs + 2, "ada");
      await appendAny(frame.store(), task.id, {
        type: "tool.called",
        step: 1,
        callId: "c1",
        name: "run_command",
        arguments: { argv: ["rm", "-rf", "x"] },
        verdict: "deny",
        rule: "no-rm",
      });
      const items = (await frame.store().listAudit({ limit: 9 })).filter(({ seq }) => seq > before).reverse();
      expect(items.map(({ record }) => record)).toEqual([
        {
          type: "token.created",
          tokenId: token.id,
          name: token.name,
          scopes: token.scopes,
          expiresAtMs: null,
          by: "ada",
        },
        { type: "token.revoked", tokenId: token.id, name: token.name, by: "ada" },
        expect.objectContaining({
          type: "call.judged",
          taskId: task.id,
          verdict: "deny",
          rule: "no-rm",
          arguments: '{"argv":["rm","-rf","x"]}',
        }),
      ]);
      expect((await frame.store().listAudit({ limit: 9, taskId: task.id })).map(({ record }) => record.type)).toEqual([
        "call.judged",
      ]);
      expect(await frame.store().listAudit({ limit: 9, taskId: newId("tsk") })).toEqual([]);
      expect(await frame.store().verifyAudit()).toMatchObject({ ok: true });
    });
  });
}
