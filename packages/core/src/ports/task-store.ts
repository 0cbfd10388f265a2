// The port of the durable store of tasks, events, repositories and tokens. Coarse commands, each one transaction; no transaction callbacks.
// All methods are asynchronous so that a server database can be put under them. Times are given by the caller, in epoch milliseconds.
// Every method may reject with `unavailable` (retryable): the database is busy past its limit, full, or cannot be read.
import type {
  AccessToken,
  ApprovalId,
  Change,
  EventEnvelope,
  GitObjectId,
  NewId,
  Repository,
  RepositoryId,
  Task,
  TaskEvent,
  TaskId,
  TaskSpec,
  TaskState,
  TokenId,
} from "@outpost/protocol";
import type { ApprovalStore } from "./approval-store.ts";
import type { AuditLog } from "./audit-log.ts";
import type { FactStore } from "./fact-store.ts";
import type { ModelRecords } from "./model-records.ts";
import type { QueueStore } from "./queue-store.ts";
import type { RetentionStore } from "./retention-store.ts";

export interface CreateTask {
  taskId: TaskId;
  spec: TaskSpec;
  /** Name of the token of who asked. */
  by: string;
  nowMs: number;
  /** A repeat with the same key and the same spec returns the first task; with another spec it rejects with `conflict`. Kept for a week. */
  idempotencyKey?: string;
  /** For a change from outside: stored with the task, which begins as `proposed` and is worked on only when a person says something. */
  proposal?: { change: Change; checkpoint: GitObjectId; approvalId: ApprovalId };
}

export interface AppendEvents {
  taskId: TaskId;
  /** The sequence number of the last event the writer has folded; "any" for what comes from outside the run (a message, a cancel). */
  expectedSeq: number | "any";
  /** The fence of the writer's lease; null for what comes from outside the run. */
  fence: number | null;
  events: readonly TaskEvent[];
  nowMs: number;
}

/** The right of one worker to append to one task until `expiresAtMs`. Fences grow per task; only the newest may write. */
export interface Lease {
  taskId: TaskId;
  workerId: string;
  fence: number;
  expiresAtMs: number;
}

export interface LeaseCommand {
  workerId: string;
  leaseMs: number;
  nowMs: number;
  excludeRepositories?: readonly RepositoryId[];
  /** Leases that one repository may have at once. Default: any number. */
  maxPerRepository?: number;
}

export interface TaskFilter {
  repositoryId?: RepositoryId;
  state?: TaskState;
  /** From the page before; `invalid_input` when it is not one of ours. */
  cursor?: string;
  limit: number;
}

/** Appending a decision of a person, and making or revoking a token, also writes the audit log, in the same transaction. */
export interface TaskStore extends ApprovalStore, AuditLog, FactStore, ModelRecords, QueueStore, RetentionStore {
  /**
   * Task and its first event in one transaction. `created` is false for a repeat. Rejects with `not_found` when the repository, or a task
   * that it is to come after, is not there. What needs not wait (its time is past, the others are done) is queued in the same transaction.
   */
  createTask(command: CreateTask): Promise<{ task: Task; created: boolean }>;
  /**
   * All or none, durable when it resolves. The state follows by `taskStateAfter`. Rejects with `conflict` and `details.reason`:
   * "seq" (others appended; `details.seq` is the last one), "fence" (the lease is lost: stop), "state" (a transition the table refuses).
   */
  append(command: AppendEvents): Promise<{ seq: number; position: number; task: Task }>;
  /** Rejects with `not_found`; of a task that was removed, `details.reason` is "removed". */
  getTask(taskId: TaskId): Promise<Task>;
  /** Newest first. */
  listTasks(filter: TaskFilter): Promise<{ items: Task[]; nextCursor: string | null }>;
  countTasksByState(): Promise<Partial<Record<TaskState, number>>>;
  /** In order, behind `afterSeq`; large texts whole. Rejects with `not_found`. */
  readEvents(taskId: TaskId, afterSeq: number, limit: number): Promise<EventEnvelope[]>;
  /** Of all tasks in commit order: whoever has seen position p has seen all that were committed with a smaller one. */
  readAllEvents(afterPosition: number, limit: number): Promise<EventEnvelope[]>;
  /** Of the last event that was appended before the time, or of the last of all; 0 when there is none. Where clocks were set, one near it. */
  positionBefore(atMs: number): Promise<number>;

  /**
   * The next task to work on. Null when there is none. First a `running` one whose lease ran out; then `queued` ones whose time has come, by
   * priority; among equals of several repositories the one with the fewest leases, then the one that was served longest ago; then by age.
   * Paused repositories are left out. The fence is greater than every earlier one of the task. A lease that was given at a time which lies
   * further ahead than the lease is long was given by a clock that has been set back since: it counts as run out.
   */
  lease(command: LeaseCommand): Promise<Lease | null>;
  /** Rejects with `conflict`, reason "fence", when the lease is lost. */
  renew(lease: Lease, leaseMs: number, nowMs: number): Promise<Lease>;
  /** Gives the lease back; nothing happens when it is lost already. */
  release(lease: Lease): Promise<void>;
  /**
   * Frees whatever these workers hold, or all of them do, so that others need not wait for the leases to run out. For who knows that
   * they are gone, or lets them go on no longer: what they append from then on is refused. Returns the tasks.
   */
  freeLeases(workerIds: readonly string[] | "all"): Promise<TaskId[]>;

  /** Rejects with `conflict` when a repository with this source exists; `details.repositoryId` names it. */
  createRepository(repository: Repository): Promise<void>;
  updateRepository(repository: Repository): Promise<void>;
  getRepository(repositoryId: RepositoryId): Promise<Repository>;
  /** In the order of registration. */
  listRepositories(): Promise<Repository[]>;
  /** With its tasks and events. Rejects with `conflict` while one of its tasks is running or waiting. */
  removeRepository(repositoryId: RepositoryId): Promise<void>;

  /** `digest`: SHA-256 of the token, hexadecimal. `by`: for the audit log; absent: the server itself. */
  createToken(token: AccessToken, digest: string, by?: string): Promise<void>;
  findTokenByDigest(digest: string): Promise<AccessToken | undefined>;
  listTokens(): Promise<AccessToken[]>;
  revokeToken(tokenId: TokenId, nowMs: number, by?: string): Promise<AccessToken>;
  /** At most once a minute per token reaches the disk. */
  touchToken(tokenId: TokenId, nowMs: number): Promise<void>;

  close(): Promise<void>;
}

export type { NewId };
