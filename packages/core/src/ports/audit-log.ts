// The port of the audit log. The store implements it, in the database of the tasks: several processes append to one chain.
import type { AuditEntry, AuditRecord, AuditVerification, TaskId } from "@outpost/protocol";

export interface AuditLog {
  /** Durable when it resolves, in order. Drops the oldest entries beyond the bound the store was opened with. */
  appendAudit(records: readonly AuditRecord[], nowMs: number): Promise<void>;
  /** Newest first. */
  listAudit(filter: { before?: number; taskId?: TaskId; limit: number }): Promise<AuditEntry[]>;
  /** Computes the whole chain anew. `head`: `seq:hash` from before, which must still be in it unless it was dropped by the bound. */
  verifyAudit(head?: string): Promise<AuditVerification>;
}
