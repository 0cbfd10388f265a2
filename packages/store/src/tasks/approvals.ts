// Approvals and remembered decisions: kept in step with the events in their transaction, and read. A remembered decision is in force
// until it is revoked or decided anew; at most one is, per repository and key.
import type { ApprovalStore } from "@outpost/core";
import {
  Approval,
  OutpostError,
  RememberedDecision,
  type RepositoryId,
  subjectKey,
  type Task,
  type TaskEvent,
} from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { type ApprovalEffect, approvalEffects } from "./approval-projection.ts";
import { createPages } from "./pages.ts";
import type { TaskTable } from "./task-table.ts";

const maxPerPage = 1_000;

interface ApprovalRow {
  ordinal: number;
  record: string;
}

interface RememberedRow {
  record: string;
  revoked_at_ms: number | null;
  revoked_by: string | null;
}

export interface Approvals extends ApprovalStore {
  /** Inside a `write`. `task`: as it is after the event; `ordinal`: its row. */
  note(event: TaskEvent, task: Task, ordinal: number, nowMs: number): void;
}

export function createApprovals(connection: Connection, tasks: TaskTable): Approvals {
  const pages = createPages<ApprovalRow>(connection, {
    table: "approval",
    columns: "ordinal, record",
    cursorsOf: "approvals",
    maxRows: maxPerPage,
  });
  const byId = connection.prepare<ApprovalRow>("SELECT ordinal, record FROM approval WHERE id = ?");
  const expired = connection.prepare<ApprovalRow>(
    `SELECT ordinal, record FROM approval
     WHERE state = 'pending' AND expires_at_ms IS NOT NULL AND expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?`,
  );
  return {
    ...createRemembered(connection),
    note: createNote(connection),
    async getApproval(approvalId) {
      const row = connection.read(() => byId.get(approvalId));
      if (row) return toApproval(row);
      throw new OutpostError("not_found", `there is no approval "${approvalId}"`, { details: { approvalId } });
    },
    listApprovals: async (filter) =>
      connection.read(() => {
        const task = filter.taskId === undefined ? undefined : (tasks.find(filter.taskId)?.ordinal ?? -1);
        const { rows, nextCursor } = pages.read(filter, [
          ["state = ?", filter.state],
          ["kind = ?", filter.kind],
          ["repository_id = ?", filter.repositoryId],
          ["task = ?", task],
        ]);
        return { items: rows.map(toApproval), nextCursor };
      }),
    listExpiredApprovals: async (nowMs, limit) => connection.read(() => expired.all(nowMs, limit).map(toApproval)),
  };
}

function createNote(connection: Connection): Approvals["note"] {
  const insert = connection.prepare(
    "INSERT INTO approval (id, task, repository_id, kind, state, expires_at_ms, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const pending = connection.prepare<ApprovalRow & { kind: string; id: string }>(
    "SELECT ordinal, id, kind, record FROM approval WHERE task = ? AND state = 'pending'",
  );
  const byId = connection.prepare<ApprovalRow>("SELECT ordinal, record FROM approval WHERE id = ?");
  const update = connection.prepare("UPDATE approval SET state = ?, record = ? WHERE ordinal = ?");
  const replace = connection.prepare(
    `UPDATE remembered_decision SET revoked_at_ms = ?, revoked_by = ?
     WHERE repository_id = ? AND key = ? AND revoked_at_ms IS NULL`,
  );
  const remember = connection.prepare(
    "INSERT INTO remembered_decision (id, repository_id, key, record) VALUES (?, ?, ?, ?)",
  );

  function close(row: ApprovalRow, end: Pick<Approval, "state" | "answer" | "by">, nowMs: number): void {
    const approval: Approval = { ...toApproval(row), ...end, decidedAtMs: nowMs };
    update.run(approval.state, JSON.stringify(approval), row.ordinal);
  }

  function perform(effect: ApprovalEffect, ordinal: number, nowMs: number): void {
    switch (effect.type) {
      case "open": {
        const { approval } = effect;
        const { id, repositoryId, kind, state, expiresAtMs } = approval;
        insert.run(id, ordinal, repositoryId, kind, state, expiresAtMs, JSON.stringify(approval));
        return;
      }
      case "close":
        for (const row of pending.all(ordinal))
          if (effect.which === "change" ? row.kind === "change" : row.id === effect.which) close(row, effect, nowMs);
        return;
      case "withdraw":
        for (const row of pending.all(ordinal))
          if (row.kind !== "fact") close(row, { state: "withdrawn", answer: null, by: effect.by }, nowMs);
        return;
      case "remember": {
        const row = byId.get(effect.approvalId);
        const approval = row && toApproval(row);
        if (!row || !approval?.subject) return;
        const { subject, repositoryId } = approval;
        const decision: RememberedDecision = { ...effect.decision, subject, repositoryId };
        const key = subjectKey(subject);
        replace.run(nowMs, decision.by, repositoryId, key);
        remember.run(decision.id, repositoryId, key, JSON.stringify(decision));
        update.run(approval.state, JSON.stringify({ ...approval, rememberedId: decision.id }), row.ordinal);
      }
    }
  }

  return (event, task, ordinal, nowMs) => {
    for (const effect of approvalEffects(event, task, nowMs)) perform(effect, ordinal, nowMs);
  };
}

type Remembered = Pick<
  ApprovalStore,
  "findRememberedDecision" | "listRememberedDecisions" | "revokeRememberedDecision"
>;

function createRemembered(connection: Connection): Remembered {
  const columns = "record, revoked_at_ms, revoked_by";
  const inForce = connection.prepare<RememberedRow>(
    `SELECT ${columns} FROM remembered_decision WHERE repository_id = ? AND key = ? AND revoked_at_ms IS NULL`,
  );
  const byId = connection.prepare<RememberedRow>(`SELECT ${columns} FROM remembered_decision WHERE id = ?`);
  const list = connection.prepare<RememberedRow>(
    `SELECT ${columns} FROM remembered_decision
     WHERE repository_id = coalesce(?, repository_id) AND (? OR revoked_at_ms IS NULL) ORDER BY ordinal DESC LIMIT ${maxPerPage}`,
  );
  const revoke = connection.prepare(
    "UPDATE remembered_decision SET revoked_at_ms = ?, revoked_by = ? WHERE id = ? AND revoked_at_ms IS NULL",
  );
  return {
    async findRememberedDecision(repositoryId: RepositoryId, key: string) {
      const row = connection.read(() => inForce.get(repositoryId, key));
      return row && toRemembered(row);
    },
    listRememberedDecisions: async ({ repositoryId = null, withRevoked }) =>
      connection.read(() => list.all(repositoryId, withRevoked ? 1 : 0).map(toRemembered)),
    revokeRememberedDecision: async (id, by, nowMs) =>
      connection.write(() => {
        revoke.run(nowMs, by, id);
        const row = byId.get(id);
        if (row) return toRemembered(row);
        throw new OutpostError("not_found", `there is no remembered decision "${id}"`, { details: { id } });
      }),
  };
}

function toApproval(row: ApprovalRow): Approval {
  return Approval.parse(JSON.parse(row.record));
}

function toRemembered({ record, revoked_at_ms, revoked_by }: RememberedRow): RememberedDecision {
  return RememberedDecision.parse({ ...JSON.parse(record), revokedAtMs: revoked_at_ms, revokedBy: revoked_by });
}
