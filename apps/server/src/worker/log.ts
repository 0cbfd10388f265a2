// The run's end of the event log: events are gathered and appended together before the next thing that has an effect.
// Invariant: what `state` shows is what the store holds, or what `flush` is about to make it hold.
import { type Fold, fold, foldAll, planRetry, type RetrySettings, type TaskStore } from "@outpost/core";
import {
  type EventEnvelope,
  eventVersion,
  isOutpostError,
  type RunOutcome,
  type TaskEvent,
  type TaskId,
  type TaskState,
} from "@outpost/protocol";

const readPage = 500;
/** Others append seldom; more conflicts in a row than this are a bug. */
const maxConflicts = 20;

export interface RunLog {
  readonly state: Fold;
  add(event: TaskEvent): void;
  /** Durable when it resolves. Rejects with `conflict`, reason "fence", when the lease is lost. */
  flush(): Promise<void>;
  /** A prompt that was composed from the state as it is goes out now: the messages in it are heard. */
  noteAsked(): void;
  /** Takes in what others appended (a message, a cancel). */
  refresh(): Promise<void>;
  /** Forgets what was not flushed, and takes in what others appended: the state is the one that the last checkpoint belongs to. */
  goBack(): Promise<void>;
}

export interface LogPorts {
  store: TaskStore;
  nowMs: () => number;
  /** With the state that the task has since. */
  onAppended: (state: TaskState) => void;
  /** For runs that end with a failure which may pass. */
  retry: RetrySettings;
  /** Takes a lease that ran out and that nobody took since for longer: its worker was only slow. Rejects when it is lost. */
  renew(): Promise<unknown>;
  /** Before an event is folded, so that state and store are of the same text. */
  redact<Value>(value: Value): Value;
}

export async function openRunLog(taskId: TaskId, fence: number, ports: LogPorts): Promise<RunLog> {
  const history = await readAll(ports.store, taskId, 0);
  let stored = foldAll(history);
  let state = stored;
  let pending: TaskEvent[] = [];
  /** Prompts held everything up to here. */
  let askedSeq = history.findLast(({ event }) => event.type === "step.started")?.seq ?? 0;

  function add(given: TaskEvent): void {
    const event = ports.redact(given);
    pending.push(event);
    state = fold(state, envelopeOf(state, event, ports.nowMs()));
  }

  /** In the same append as the end of the run, so that no message is left behind by an ended task, and no retry is lost. */
  function followUp(): void {
    const last = pending.at(-1);
    if (last?.type !== "run.finished" || stored.cancelRequested) return;
    if (hasUnheardMessage(state, last.outcome, askedSeq)) add({ type: "task.queued", reason: "message" });
    else for (const event of planRetry(state, last.outcome, ports.nowMs(), ports.retry)) add(event);
  }

  /** What was to be appended may not fit what others appended, such as a cancel before the run was started: then it did not happen. */
  function restate(nowMs: number): void {
    try {
      state = pending.reduce((sum, event) => fold(sum, envelopeOf(sum, event, nowMs)), stored);
    } catch (error) {
      if (!isOutpostError(error) || error.code !== "conflict") throw error;
      pending = [];
      state = stored;
    }
  }

  async function refresh(): Promise<void> {
    for (const envelope of await readAll(ports.store, taskId, stored.seq)) stored = fold(stored, envelope);
    restate(ports.nowMs());
  }

  return {
    get state() {
      return state;
    },
    add,
    refresh,
    async goBack() {
      pending = [];
      await refresh();
    },
    noteAsked() {
      askedSeq = state.seq;
    },
    async flush() {
      followUp();
      for (let conflicts = 0; pending.length > 0; conflicts++) {
        const nowMs = ports.nowMs();
        try {
          await ports.store.append({ taskId, expectedSeq: stored.seq, fence, events: pending, nowMs });
        } catch (error) {
          if (conflicts >= maxConflicts) throw error;
          if (isOnlyLate(error, fence)) await ports.renew();
          else if (isSeqConflict(error)) {
            await refresh();
            followUp();
          } else throw error;
          continue;
        }
        restate(nowMs);
        stored = state;
        pending = [];
        ports.onAppended(stored.state);
      }
    },
  };
}

/** Whether a person said something that no prompt of the run held, although the run ended as if all had been heard. */
function hasUnheardMessage({ history, waitingMessages }: Fold, outcome: RunOutcome, askedSeq: number): boolean {
  if (!["proposed", "finished", "answered"].includes(outcome.type)) return false;
  return [...history, ...waitingMessages].some(({ kind, seq }) => kind === "person" && seq > askedSeq);
}

function envelopeOf(state: Fold, event: TaskEvent, atMs: number): EventEnvelope {
  return { version: eventVersion, position: 0, taskId: state.taskId, seq: state.seq + 1, atMs, event };
}

function isSeqConflict(error: unknown): boolean {
  return isOutpostError(error) && error.code === "conflict" && error.details["reason"] === "seq";
}

/** The lease ran out, and no other was given since. */
function isOnlyLate(error: unknown, fence: number): boolean {
  return isOutpostError(error) && error.details["reason"] === "fence" && error.details["newestFence"] === fence;
}

async function readAll(store: TaskStore, taskId: TaskId, afterSeq: number): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const page = await store.readEvents(taskId, all.at(-1)?.seq ?? afterSeq, readPage);
    all.push(...page);
    if (page.length < readPage) return all;
  }
}
