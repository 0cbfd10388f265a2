// The audit log in its table. Appends only; what the bound drops leaves the hash of the last dropped entry behind, from where the chain is
// verified. Records are kept as the text they were hashed as.
import type { AuditLog } from "@outpost/core";
import { AuditRecord, type AuditVerification } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { type ChainedRow, chainStart, findBreak, hashOf } from "./audit-chain.ts";

/** Entries beyond the bound before some are dropped: not at every append. */
const slackRows = 50;

interface Anchor {
  seq: number;
  hash: string;
}

export interface AuditTable extends Omit<AuditLog, "notePolicyFiles"> {
  /** Inside a `write`. */
  insert(records: readonly AuditRecord[], nowMs: number): void;
}

export function createAuditTable(connection: Connection, maxRows: number): AuditTable {
  const insertRow = connection.prepare("INSERT INTO audit (seq, at_ms, task_id, record, hash) VALUES (?, ?, ?, ?, ?)");
  const last = connection.prepare<Anchor>("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  const anchorRow = connection.prepare<Anchor>("SELECT seq, hash FROM audit_anchor");
  const count = connection.prepare<{ count: number }>("SELECT count(*) AS count FROM audit");
  const rowAt = connection.prepare<Anchor>("SELECT seq, hash FROM audit WHERE seq = ?");
  const moveAnchor = connection.prepare("UPDATE audit_anchor SET seq = ?, hash = ?");
  const drop = connection.prepare("DELETE FROM audit WHERE seq <= ?");
  const columns = "seq, at_ms, record, hash";
  const ascending = connection.prepare<ChainedRow>(
    `SELECT ${columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT 1000`,
  );
  const newest = connection.prepare<ChainedRow>(`SELECT ${columns} FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?`);
  const newestOfTask = connection.prepare<ChainedRow>(
    `SELECT ${columns} FROM audit WHERE seq < ? AND task_id = ? ORDER BY seq DESC LIMIT ?`,
  );

  const anchor = (): Anchor => anchorRow.get() ?? { seq: 0, hash: chainStart };

  function insert(records: readonly AuditRecord[], nowMs: number): void {
    let { seq, hash } = last.get() ?? anchor();
    for (const given of records) {
      seq += 1;
      const record = JSON.stringify(given);
      hash = hashOf(hash, { seq, at_ms: nowMs, record });
      insertRow.run(seq, nowMs, "taskId" in given ? given.taskId : null, record, hash);
    }
    dropOldest();
  }

  function dropOldest(): void {
    const rows = count.get()?.count ?? 0;
    if (rows <= maxRows + slackRows) return;
    const dropped = rowAt.get((last.get()?.seq ?? 0) - maxRows);
    if (dropped === undefined) return;
    moveAnchor.run(dropped.seq, dropped.hash);
    drop.run(dropped.seq);
  }

  function* allRows(from: number): Generator<ChainedRow> {
    for (let seq = from; ; ) {
      const page = ascending.all(seq);
      yield* page;
      if (page.length === 0) return;
      seq = page.at(-1)?.seq ?? seq;
    }
  }

  function verify(head: string | undefined): AuditVerification {
    const start = anchor();
    const end = last.get();
    const problem = findBreak(allRows(start.seq), start) ?? findLostHead(head, start);
    return {
      ok: problem === null,
      entries: count.get()?.count ?? 0,
      firstSeq: end === undefined ? null : start.seq + 1,
      head: end === undefined ? null : `${end.seq}:${end.hash}`,
      problem,
    };
  }

  function findLostHead(head: string | undefined, start: Anchor): string | null {
    if (head === undefined) return null;
    const [seq = "0", hash = ""] = head.split(":");
    if (Number(seq) < start.seq) return null;
    const found = Number(seq) === start.seq ? start : rowAt.get(Number(seq));
    return found?.hash === hash
      ? null
      : `the log does not hold the head ${seq}:${hash.slice(0, 8)}…; it was written anew`;
  }

  return {
    insert,
    async appendAudit(records, nowMs) {
      if (records.length > 0) connection.write(() => insert(records, nowMs));
    },
    async listAudit({ before = Number.MAX_SAFE_INTEGER, taskId, limit }) {
      const rows = connection.read(() =>
        taskId === undefined ? newest.all(before, limit) : newestOfTask.all(before, taskId, limit),
      );
      return rows.map(({ seq, at_ms, record, hash }) => ({
        ...{ seq, atMs: at_ms, hash },
        record: AuditRecord.parse(JSON.parse(record)),
      }));
    },
    verifyAudit: async (head) => connection.read(() => verify(head)),
  };
}
