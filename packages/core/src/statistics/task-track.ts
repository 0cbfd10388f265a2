// What has to be remembered of a task between its events to count them: when it was queued, which model works, what was shown.
import { type ModelName, type TaskEvent, type TaskState, type ToolEffect, taskStateAfter } from "@outpost/protocol";

export interface TaskTrack {
  state: TaskState | null;
  /** When it came into the queue, or its time there began; null: it is not in it. */
  queuedAtMs: number | null;
  /** The run under way. */
  startedAtMs: number | null;
  steps: number;
  model: ModelName;
  effects: Map<string, ToolEffect>;
  /** Names of the calls that are under way. */
  calls: Map<string, string>;
  asked: Map<string, number>;
  shown: Set<string>;
  used: Set<string>;
}

export function createTrack(): TaskTrack {
  return {
    state: null,
    queuedAtMs: null,
    startedAtMs: null,
    steps: 0,
    model: { provider: "none", name: "none" },
    effects: new Map(),
    calls: new Map(),
    asked: new Map(),
    shown: new Set(),
    used: new Set(),
  };
}

/** After the event was counted. Changes `track`. */
export function followEvent(track: TaskTrack, event: TaskEvent, atMs: number): void {
  const before = track.state;
  track.state = stateAfter(before, event);
  if (track.state !== "queued") track.queuedAtMs = null;
  else if (before !== "queued" || event.type === "task.queued") track.queuedAtMs = Math.max(atMs, notBeforeOf(event));
  switch (event.type) {
    case "run.started":
      track.model = { provider: event.model.provider, name: event.model.name };
      track.startedAtMs = atMs;
      track.steps = 0;
      track.effects = new Map(event.tools.map(({ name, effect }) => [name, effect]));
      track.calls = new Map();
      track.shown = new Set();
      track.used = new Set();
      return;
    case "model.switched":
      track.model = { provider: event.to.provider, name: event.to.name };
      return;
    case "step.started":
      track.steps += 1;
      for (const { path } of event.hits) track.shown.add(path);
      return;
    case "tool.called":
      track.calls.set(event.callId, event.name);
      noteUse(track, event.arguments["path"]);
      return;
    case "tool.returned":
      track.calls.delete(event.callId);
      for (const path of event.filesTouched) noteUse(track, path);
      return;
    case "approval.requested":
      track.asked.set(event.approvalId, atMs);
      return;
    case "approval.decided":
      track.asked.delete(event.approvalId);
      return;
    case "run.finished":
      track.startedAtMs = null;
      return;
    default:
      return;
  }
}

/** Logs of an older Outpost may hold what the table refuses today; they are counted all the same. */
function stateAfter(state: TaskState | null, event: TaskEvent): TaskState | null {
  try {
    return taskStateAfter(state, event);
  } catch {
    return state;
  }
}

function notBeforeOf(event: TaskEvent): number {
  return event.type === "task.queued" ? (event.notBeforeMs ?? 0) : 0;
}

export function noteUse(track: TaskTrack, path: unknown): void {
  if (typeof path === "string" && track.shown.has(path)) track.used.add(path);
}
