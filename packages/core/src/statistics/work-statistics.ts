// Statistics of work, folded from events: the metrics, `outpost stats` and the report of a review pause are all made of this.
// Events come in commit order. Bounded: names beyond 50 models, 100 tools, 200 failures and 200 denied calls are "other"; a task is
// remembered until it has ended.
import { type EventEnvelope, endedStates, type TaskId, type WorkStatistics } from "@outpost/protocol";
import { createCounters } from "./counters.ts";
import { createTrack, followEvent, type TaskTrack } from "./task-track.ts";

export interface WorkStatisticsBuilder {
  /** `isCounted` false: only to know what went before what is counted. */
  take(envelope: EventEnvelope, isCounted?: boolean): void;
  /** Whether events of the task were taken; if not, its earlier ones are to be taken first, uncounted. */
  knows(taskId: TaskId): boolean;
  result(): WorkStatistics;
}

/** Then it begins to forget; what is forgotten is read again. */
const maxSeen = 100_000;

export function createWorkStatistics(): WorkStatisticsBuilder {
  const tracks = new Map<TaskId, TaskTrack>();
  const seen = new Set<TaskId>();
  const counters = createCounters();
  return {
    take({ taskId, event, atMs }, isCounted = true) {
      const track = tracks.get(taskId) ?? createTrack();
      tracks.set(taskId, track);
      if (seen.size >= maxSeen) seen.clear();
      seen.add(taskId);
      if (isCounted) counters.count({ taskId, event, atMs }, track);
      followEvent(track, event, atMs);
      if (isCounted && track.state !== null && endedStates.has(track.state)) tracks.delete(taskId);
    },
    knows: (taskId) => seen.has(taskId),
    result: counters.result,
  };
}
