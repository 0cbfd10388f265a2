// Events as they happen. The store is the truth; a notice only says "look again", so a lost notice costs a moment, never an event.
import { EventEmitter, setMaxListeners } from "node:events";
import type { TaskStore } from "@outpost/core";
import { type EventEnvelope, endedStates, limits, OutpostError, type TaskId, type TokenDelta } from "@outpost/protocol";

const pageEvents = 200;
/** Without a notice, look again after this time: another process may have appended. */
const pollMs = 1000;
/** Deltas that a slow reader has not taken are dropped beyond this many; they are for the screen only. */
const maxWaitingDeltas = 500;

export type FeedItem = { kind: "event"; envelope: EventEnvelope } | { kind: "delta"; delta: TokenDelta };

export interface EventFeed {
  /** Something was appended to the task. */
  noteAppended(taskId: TaskId): void;
  noteDelta(delta: TokenDelta): void;
  /** Behind `afterSeq`, until the task has ended and all was given, or the signal aborts. Throws `limit_exceeded` when too many streams are open. */
  follow(taskId: TaskId, afterSeq: number, signal: AbortSignal): AsyncGenerator<FeedItem>;
  /** Of all tasks in commit order, behind the position, until the signal aborts. Throws as `follow` does. */
  followAll(afterPosition: number, signal: AbortSignal): AsyncGenerator<FeedItem>;
  /** Calls back whenever something may have been appended. Returns what ends it. */
  onAppended(notice: () => void): () => void;
  readonly openStreams: number;
  /** Ends all streams; before the store is closed. */
  close(): void;
}

/** What is emitted when something was appended to whatever task. */
const everything = Symbol("everything");

export function createEventFeed(store: TaskStore): EventFeed {
  const notices = new EventEmitter();
  notices.setMaxListeners(limits.sseStreams * 2 + 10);
  let openStreams = 0;
  const closing = new AbortController();
  setMaxListeners(limits.sseStreams * 2 + 10, closing.signal);

  /** Returns what gives it back. */
  function takePlace(): () => void {
    if (openStreams >= limits.sseStreams) {
      throw new OutpostError("limit_exceeded", `${limits.sseStreams} streams are open already; close one`, {
        retryable: true,
      });
    }
    openStreams += 1;
    return () => {
      openStreams -= 1;
    };
  }

  return {
    get openStreams() {
      return openStreams;
    },
    noteAppended(taskId) {
      notices.emit(taskId, null);
      notices.emit(everything);
    },
    noteDelta: (delta) => void notices.emit(delta.taskId, delta),
    onAppended(notice) {
      notices.on(everything, notice);
      return () => void notices.off(everything, notice);
    },
    follow(taskId, afterSeq, signal) {
      const onEnd = takePlace();
      const following = { taskId, afterSeq, signal: AbortSignal.any([signal, closing.signal]) };
      return followTask(store, notices, following, onEnd);
    },
    followAll(afterPosition, signal) {
      const onEnd = takePlace();
      return followAll(store, notices, { afterPosition, signal: AbortSignal.any([signal, closing.signal]) }, onEnd);
    },
    close: () => closing.abort(),
  };
}

interface FollowingAll {
  afterPosition: number;
  signal: AbortSignal;
}

/** Reads a page when the one before was taken: a slow reader holds one page, the rest stays in the store. */
async function* followAll(
  store: TaskStore,
  notices: EventEmitter,
  { afterPosition, signal }: FollowingAll,
  onEnd: () => void,
): AsyncGenerator<FeedItem> {
  let position = afterPosition;
  let wake: () => void = () => {};
  let isNoticed = false;
  const onNotice = (): void => {
    isNoticed = true;
    wake();
  };
  notices.on(everything, onNotice);
  signal.addEventListener("abort", onNotice);
  try {
    while (!signal.aborted) {
      isNoticed = false;
      const page = await store.readAllEvents(position, pageEvents);
      for (const envelope of page) {
        if (signal.aborted) return;
        yield { kind: "event", envelope };
        position = envelope.position;
      }
      if (page.length > 0 || isNoticed) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    notices.off(everything, onNotice);
    signal.removeEventListener("abort", onNotice);
    onEnd();
  }
}

interface Following {
  taskId: TaskId;
  afterSeq: number;
  signal: AbortSignal;
}

async function* followTask(
  store: TaskStore,
  notices: EventEmitter,
  following: Following,
  onEnd: () => void,
): AsyncGenerator<FeedItem> {
  const { taskId, signal } = following;
  const deltas: TokenDelta[] = [];
  let seq = following.afterSeq;
  let wake: () => void = () => {};
  let isNoticed = false;
  const onNotice = (delta: TokenDelta | null): void => {
    if (delta && deltas.length < maxWaitingDeltas) deltas.push(delta);
    isNoticed = true;
    wake();
  };
  notices.on(taskId, onNotice);
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      isNoticed = false;
      for (const delta of deltas.splice(0)) yield { kind: "delta", delta };
      const task = await store.getTask(taskId);
      const envelopes = await store.readEvents(taskId, seq, pageEvents);
      for (const envelope of envelopes) {
        yield { kind: "event", envelope };
        seq = envelope.seq;
      }
      if (envelopes.length > 0) continue;
      if (endedStates.has(task.state)) return;
      if (isNoticed) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (signal.aborted || isNoticed) wake();
      });
    }
  } finally {
    notices.off(taskId, onNotice);
    signal.removeEventListener("abort", onAbort);
    onEnd();
  }
}
