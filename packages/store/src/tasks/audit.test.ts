// What only this engine can show: an audit log that was touched in the file itself, and one that reached its bound.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@outpost/protocol";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-audit-"));
  path = join(folder, "tasks.db");
});
afterEach(() => rm(folder, { recursive: true }));

const records = (count: number): AuditRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    type: "policy.changed",
    source: `s${index}`,
    before: null,
    sha256: "a".repeat(64),
    detail: "",
    taskId: null,
  }));

describe("an audit log in a database", () => {
  it.each([
    ["an entry's text", "UPDATE audit SET record = replace(record, 's7', 's8') WHERE seq = 8", "entry 8 is not"],
    ["an entry's time", "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 3", "entry 3 is not"],
    ["a hash", "UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 20", "entry 20 is not"],
    ["a removed entry", "DELETE FROM audit WHERE seq = 5", "entry 5 is missing"],
    ["a removed beginning", "DELETE FROM audit WHERE seq <= 5", "entry 1 is missing"],
    [
      "two entries in each other's place",
      "UPDATE audit SET seq = -seq WHERE seq IN (4, 5); UPDATE audit SET seq = 9 + seq WHERE seq < 0",
      "entry 4 is not",
    ],
  ])("shows %s", async (_, sql, problem) => {
    const store = await openSqliteTaskStore({ path });
    await store.appendAudit(records(20), 1);
    await store.close();
    const database = new Database(path);
    database.exec(sql);
    database.close();
    const again = await openSqliteTaskStore({ path });
    expect(await again.verifyAudit()).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
    await again.close();
  });

  it("whose end was cut off no longer holds a head that was noted down", async () => {
    const store = await openSqliteTaskStore({ path });
    await store.appendAudit(records(20), 1);
    const { head } = await store.verifyAudit();
    const database = new Database(path);
    database.exec("DELETE FROM audit WHERE seq > 15");
    database.close();
    expect(await store.verifyAudit()).toMatchObject({ ok: true, entries: 15 });
    expect(await store.verifyAudit(head ?? "")).toMatchObject({ ok: false });
    await store.close();
  });

  it("keeps to its bound, and verifies from its oldest entry", async () => {
    const store = await openSqliteTaskStore({ path, maxAuditRows: 100 });
    for (let round = 0; round < 30; round++) await store.appendAudit(records(20), round);
    const verified = await store.verifyAudit();
    expect(verified).toMatchObject({ ok: true, problem: null });
    expect(verified.entries).toBeGreaterThanOrEqual(100);
    expect(verified.entries).toBeLessThanOrEqual(170);
    expect(verified.firstSeq).toBe(600 - verified.entries + 1);
    expect((await store.listAudit({ limit: 200 })).at(-1)?.seq).toBe(verified.firstSeq);
    await store.close();
  });
});
