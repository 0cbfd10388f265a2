// What the store knows of the queue beyond single tasks: pauses, what waits for its time or for others, schedules. Part of `TaskStore`.
// Like there: each command is one transaction, times come from the caller in epoch milliseconds, any may reject with `unavailable`.
import type {
  QueuePause,
  RepositoryId,
  Schedule,
  ScheduleId,
  Task,
  TaskId,
  TaskState,
  WorkerRecord,
} from "@outpost/protocol";

export interface ListQueue {
  repositoryId?: RepositoryId;
  limit: number;
}

/** A time of a schedule has come. */
export interface FireSchedule {
  scheduleId: ScheduleId;
  /** The time that is fired. Another `nextAtMs` in the store means that it was fired already: nothing happens then. */
  atMs: number;
  /** The time after it; null: there is none. */
  nextAtMs: number | null;
  taskId: TaskId;
  nowMs: number;
  /** The most tasks that may wait in the queue; with more of them the time is left out. */
  maxQueued: number;
}

export interface QueueStore {
  /** No task of the repository, or of any, is leased from now on. Replaces an earlier pause of the same. Rejects with `not_found`. */
  pauseQueue(pause: QueuePause): Promise<void>;
  /** Null for the whole queue. Returns what was lifted; null when there was none. Pauses of others stay. */
  resumeQueue(repositoryId: RepositoryId | null): Promise<QueuePause | null>;
  listPauses(): Promise<QueuePause[]>;
  /** The pause that holds back a repository's tasks: the queue's or its own. Cheap: asked between steps. */
  findPause(repositoryId: RepositoryId): Promise<QueuePause | null>;
  /**
   * What waited for its time and has it, or for others that are done, is queued; of what waits for one that failed it is said so. At most
   * `limit` tasks, the oldest first; returns those that something happened to. Asking again at the same time changes nothing more.
   */
  advanceQueue(nowMs: number, limit: number): Promise<TaskId[]>;
  /** Tasks that have not ended: under way, then in the order of leasing within a repository, then the rest. `total`: all of them. */
  listQueue(query: ListQueue): Promise<{ items: Task[]; total: number }>;
  /** How many tasks are in these states. */
  countTasks(states: readonly TaskState[]): Promise<number>;
  /** Who holds a lease that has not run out. */
  listWorkers(nowMs: number): Promise<WorkerRecord[]>;

  /** Rejects with `not_found` for its repository, with `conflict` when the name is taken there. */
  createSchedule(schedule: Schedule): Promise<void>;
  /** Rejects with `not_found`. */
  getSchedule(scheduleId: ScheduleId): Promise<Schedule>;
  /** In the order they were made. */
  listSchedules(repositoryId?: RepositoryId): Promise<Schedule[]>;
  /** `isPaused` and `nextAtMs` only; rejects with `not_found`. */
  updateSchedule(scheduleId: ScheduleId, values: Pick<Schedule, "isPaused" | "nextAtMs">): Promise<Schedule>;
  /** Its tasks stay. Rejects with `not_found`. */
  removeSchedule(scheduleId: ScheduleId): Promise<void>;
  /** The task it made; null when the time was left out, or had been fired before. */
  fireSchedule(command: FireSchedule): Promise<Task | null>;
}
