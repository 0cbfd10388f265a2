// Follows the events of all tasks at once, in commit order, and says at the end which tasks' rows are not what their events lead to.
// Holds one folded task each, never the events.
import type { Task, TaskEvent, TaskId } from "@outpost/protocol";
import { readBody, type StoredBody } from "../tasks/body-text.ts";
import { createdTask, taskAfter } from "../tasks/projection.ts";

export interface StoredTask {
  ordinal: number;
  id: string;
  state: string;
  seq: number;
  attempt: number;
  revision: number | null;
}
export interface StoredEvent {
  task: number;
  seq: number;
  at_ms: number;
  body: StoredBody;
}

export interface TaskFolds {
  take(event: StoredEvent): void;
  /** Null when all its events are there and lead to its row. */
  findProblem(row: StoredTask): string | null;
}

interface Fold {
  task: Task | null;
  events: number;
  problem: string | null;
}

export function createTaskFolds(): TaskFolds {
  const folds = new Map<number, Fold>();
  return {
    take(stored) {
      const fold = folds.get(stored.task) ?? { task: null, events: 0, problem: null };
      folds.set(stored.task, fold);
      fold.events += 1;
      if (fold.problem !== null) return;
      if (stored.seq !== fold.events) fold.problem = `event ${fold.events} is missing`;
      else follow(fold, stored);
    },
    findProblem(row) {
      const { task, events, problem } = folds.get(row.ordinal) ?? { task: null, events: 0, problem: null };
      if (events !== row.seq) return `${events} of its ${row.seq} events can be read`;
      if (problem !== null || task === null) return problem ?? "it has no events";
      if (task.state === row.state && task.attempt === row.attempt && task.revision === row.revision) return null;
      return `its row says "${row.state}", its events say "${task.state}"`;
    },
  };
}

function follow(fold: Fold, { task, at_ms: atMs, body }: StoredEvent): void {
  try {
    const event = JSON.parse(readBody(body)) as TaskEvent;
    if (fold.task !== null) fold.task = taskAfter(fold.task, event, atMs);
    else if (event.type === "task.created") fold.task = createdTask(`${task}` as TaskId, event, atMs);
    else fold.problem = "its log does not begin with task.created";
  } catch (error) {
    fold.problem = `event ${fold.events} is not what was written: ${(error as Error).message.slice(0, 200)}`;
  }
}
