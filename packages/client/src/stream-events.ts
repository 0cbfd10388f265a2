// A task's events as they happen, over as many connections as it takes: each event exactly once and in order. Sequence numbers decide,
// not the connection: a repeated event is dropped, and a gap is a reason to connect again from before it.
import {
  type EventEnvelope,
  EventEnvelope as EventEnvelopeSchema,
  endedStates,
  isOutpostError,
  limits,
  OutpostError,
  type Task,
  type TaskId,
  type TokenDelta,
  TokenDelta as TokenDeltaSchema,
} from "@outpost/protocol";
import { delayBefore, type Reconnect, sleep } from "./backoff.ts";
import { parseJson } from "./http-failure.ts";
import { readFrames } from "./read-frames.ts";
import { parseBy, parseReply, readText, type Send } from "./send-request.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

export type StreamItem = { kind: "event"; envelope: EventEnvelope } | { kind: "delta"; delta: TokenDelta };

export interface StreamRequest {
  taskId: TaskId;
  after: number;
  signal: AbortSignal | undefined;
  send: Send;
  reconnect: Reconnect;
  onReconnecting: (() => void) | undefined;
}

/** The server sends something at least every `sseHeartbeatMs`; silence for longer means that the connection is dead. */
const silenceMs = limits.sseHeartbeatMs * 3;

export async function* streamEvents(request: StreamRequest): AsyncGenerator<StreamItem, void, undefined> {
  const { signal, reconnect } = request;
  let last = request.after;
  for (let attempt = 1; ; attempt++) {
    let failure: unknown;
    try {
      for await (const item of readConnection(request, last)) {
        if (item.kind === "event") {
          if (item.envelope.seq <= last) continue;
          if (item.envelope.seq > last + 1) break;
          last = item.envelope.seq;
        }
        attempt = 0;
        yield item;
      }
      if (await hasEnded(request, last)) return;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!(isOutpostError(error) && error.retryable)) throw error;
      failure = error;
    }
    if (attempt >= reconnect.maxAttempts) throw failure ?? givenUp(request.taskId, attempt);
    if (failure !== undefined) request.onReconnecting?.();
    await sleep(delayBefore(Math.max(1, attempt), reconnect, Math.random), signal);
  }
}

/** One connection, from its request to its end. */
async function* readConnection(request: StreamRequest, last: number): AsyncGenerator<StreamItem, void, undefined> {
  const connection = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, connection.signal]) : connection.signal;
  try {
    const response = await request.send("streamTaskEvents", {
      params: { taskId: request.taskId },
      query: { after: last },
      accept: "text/event-stream",
      ...(last > 0 && { headers: { "last-event-id": String(last) } }),
      signal,
    });
    for await (const frame of readFrames(response, silenceMs)) {
      const item = readItem(frame);
      if (item) yield item;
    }
  } finally {
    connection.abort();
  }
}

function readItem(frame: ServerSentEvent): StreamItem | undefined {
  if (frame.name === "event") {
    const envelope = parseBy(EventEnvelopeSchema, parseJson(frame.data), "an event of the stream") as EventEnvelope;
    return { kind: "event", envelope };
  }
  if (frame.name === "delta") {
    return {
      kind: "delta",
      delta: parseBy(TokenDeltaSchema, parseJson(frame.data), "a delta of the stream") as TokenDelta,
    };
  }
  return undefined;
}

/** A stream that ends may have been cut: the task itself says whether there is more to come. */
async function hasEnded({ send, taskId, signal }: StreamRequest, last: number): Promise<boolean> {
  const response = await send("getTask", { params: { taskId }, ...(signal && { signal }) });
  const task = parseReply("getTask", await readText(response, signal)) as Task;
  return endedStates.has(task.state) && task.seq <= last;
}

function givenUp(taskId: TaskId, attempts: number): OutpostError {
  return new OutpostError(
    "unavailable",
    `the stream of ${taskId} ended ${attempts} times without an event; the task has not ended`,
    {
      retryable: true,
    },
  );
}
