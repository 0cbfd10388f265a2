// The port of the approvals: a view of all tasks' events, kept in step with them in the same transaction. Nothing is written here but
// the end of a remembered decision; everything else follows from events. Rejects as `TaskStore` does.
import type {
  Approval,
  ApprovalId,
  ApprovalKind,
  ApprovalState,
  RememberedDecision,
  RememberedDecisionId,
  RepositoryId,
  TaskId,
} from "@outpost/protocol";

export interface ApprovalFilter {
  state?: ApprovalState;
  kind?: ApprovalKind;
  taskId?: TaskId;
  repositoryId?: RepositoryId;
  /** From the page before; `invalid_input` when it is not one of ours. */
  cursor?: string;
  limit: number;
}

export interface ApprovalStore {
  /** Rejects with `not_found`. */
  getApproval(approvalId: ApprovalId): Promise<Approval>;
  /** Newest first. */
  listApprovals(filter: ApprovalFilter): Promise<{ items: Approval[]; nextCursor: string | null }>;
  /** Pending ones whose time is up, the longest ago first. */
  listExpiredApprovals(nowMs: number, limit: number): Promise<Approval[]>;
  /** The one that holds for this call (`subjectKey`), if there is one. */
  findRememberedDecision(repositoryId: RepositoryId, key: string): Promise<RememberedDecision | undefined>;
  /** Newest first, at most 1000. */
  listRememberedDecisions(filter: { repositoryId?: RepositoryId; withRevoked: boolean }): Promise<RememberedDecision[]>;
  /** Revoking again changes nothing. Rejects with `not_found`. */
  revokeRememberedDecision(id: RememberedDecisionId, by: string, nowMs: number): Promise<RememberedDecision>;
}
