// The typed client of the server's API. Uses nothing but `fetch`, so it also runs in a browser. Never repeats a call by itself; who
// repeats one with the same idempotency key is safe.
import type { TaskId } from "@outpost/protocol";
import { defaultReconnect, type Reconnect } from "./backoff.ts";
import type { CallArguments, CallableRoute, CallReply } from "./call-types.ts";
import { createSend, parseReply, readText, type SendOptions } from "./send-request.ts";
import { type StreamItem, streamEvents } from "./stream-events.ts";

export interface ClientOptions {
  /** Like "http://127.0.0.1:8080"; may end in a path. */
  baseUrl: string;
  /** Absent: only what needs none. */
  token?: string;
  fetch?: typeof globalThis.fetch;
  /** How a stream comes back after it broke. */
  reconnect?: Partial<Reconnect>;
}

export interface OutpostClient {
  /**
   * One request. Rejects with the server's own error, `unavailable` (retryable) when nobody answers, `internal` when the answer does
   * not fit the contract, or the signal's reason.
   */
  call<Name extends CallableRoute>(name: Name, ...options: CallArguments<Name>): Promise<CallReply<Name>>;
  /** A change as a patch for `git apply`. Rejects like `call`. */
  getPatch(taskId: TaskId, revision: number | "latest", options?: { signal?: AbortSignal }): Promise<string>;
  /**
   * The events of a task behind `after` (default: all), each exactly once and in order, and between them pieces of the model's
   * answer. Comes back by itself when the connection breaks; ends when the task has ended. Throws like `call`, `unavailable` only
   * when the attempts are used up. `onReconnecting` is called before each wait after a connection that broke.
   */
  streamTaskEvents(
    taskId: TaskId,
    options?: { after?: number; signal?: AbortSignal; onReconnecting?: () => void },
  ): AsyncGenerator<StreamItem, void, undefined>;
}

/** Throws `invalid_input` for an address or a token that cannot be one. */
export function createClient(options: ClientOptions): OutpostClient {
  const send = createSend(options);
  const reconnect = { ...defaultReconnect, ...options.reconnect };
  const call = async (name: CallableRoute, given: SendOptions = {}): Promise<unknown> => {
    const response = await send(name, given);
    return parseReply(name, await readText(response, given.signal));
  };
  return {
    // The routes type it for the caller; inside, all are handled alike.
    call: call as OutpostClient["call"],
    async getPatch(taskId, revision, { signal } = {}) {
      const asked = { params: { taskId, revision }, accept: "text/x-diff", ...(signal && { signal }) };
      return readText(await send("getChange", asked), signal);
    },
    streamTaskEvents(taskId, { after = 0, signal, onReconnecting } = {}) {
      return streamEvents({ taskId, after, signal, send, reconnect, onReconnecting });
    },
  };
}
