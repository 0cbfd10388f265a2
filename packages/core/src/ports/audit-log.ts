// The port of the audit log. The store implements it, in the database of the tasks: several processes append to one chain.
import type { AuditEntry, AuditRecord, AuditVerification, PolicyChanged, TaskId } from "@outpost/protocol";

export type PolicyFileNote = Omit<PolicyChanged, "type" | "before">;

export interface AuditLog {
  /** Durable when it resolves, in order. Drops the oldest entries beyond the bound the store was opened with. */
  appendAudit(records: readonly AuditRecord[], nowMs: number): Promise<void>;
  /**
   * Appends `policy.changed` for each file that is not as it was noted last for its source, which may be by another process. Atomic: of
   * several that note the same, one appends. A source without a file that never had one is no change.
   */
  notePolicyFiles(files: readonly PolicyFileNote[], nowMs: number): Promise<void>;
  /** Newest first. */
  listAudit(filter: { before?: number; taskId?: TaskId; limit: number }): Promise<AuditEntry[]>;
  /** Computes the whole chain anew. `head`: `seq:hash` from before, which must still be in it unless it was dropped by the bound. */
  verifyAudit(head?: string): Promise<AuditVerification>;
}
