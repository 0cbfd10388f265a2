// What the store keeps of ended tasks, and how they leave it. Part of `TaskStore`. A task is there whole, with all its events, or not at all;
// neither sequence numbers nor positions are ever given again.
import type { KeptEvents, RepositoryId, TaskId, TaskState } from "@outpost/protocol";

export interface RemovableQuery {
  nowMs: number;
  /** Of tasks whose last event is older all are removable. */
  endedBeforeMs: number;
  /** Of more ended tasks than these, the oldest are removable too, if their last event is older than `surplusBeforeMs`. */
  keptTasks: number;
  surplusBeforeMs: number;
  limit: number;
}

export interface RemovableTask {
  taskId: TaskId;
  state: TaskState;
  updatedAtMs: number;
}

/** Of which the store holds nothing more, while files of it may still lie about. */
export interface UncollectedTask {
  taskId: TaskId;
  repositoryId: RepositoryId;
}

export interface RetentionStore {
  describeKept(): Promise<KeptEvents>;
  /** The position up to which events were removed, with tasks that were kept long enough or with a repository; 0: none were. Cheap. */
  getRemovedThrough(): Promise<number>;
  /**
   * The longest ended first. Never one that waits for a person (`proposed`, or `stopped` with a change that nobody has decided; not `cancelled`), that another one waits for, whose
   * idempotency key may still be repeated, or that has a question open.
   */
  listRemovable(query: RemovableQuery): Promise<RemovableTask[]>;
  /**
   * Removes as many of them, in their order, as have about `maxEvents` events, at least one; those that are not as they were listed any more
   * stay. One transaction, with an entry in the audit log. What `getTask` says of them then is `not_found` with `details.reason` "removed".
   * `taken`: how many of the list it has looked at.
   */
  removeTasks(
    tasks: readonly RemovableTask[],
    maxEvents: number,
    nowMs: number,
  ): Promise<{ taken: number; tasks: number; events: number }>;
  /** Tasks that were removed since `noteCollected` last said so of them, by their ids; behind the one that is given. */
  listUncollected(limit: number, after?: TaskId): Promise<UncollectedTask[]>;
  noteCollected(taskIds: readonly TaskId[]): Promise<void>;
  /** Gives up to so many unused bytes back to the disk, all but a share that is used again soon. Resolves to how many. 0: there is no more. */
  giveBackSpace(maxBytes: number): Promise<number>;
}
