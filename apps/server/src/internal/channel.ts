// Calls between the server and its children over node's IPC: requests with replies, pieces of a reply as they come, cancelling, notices.
// Knows neither methods nor their meaning. Errors keep their code across the boundary.
import { type ErrorCode, isOutpostError, OutpostError } from "@outpost/protocol";

export interface Transport {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

export interface CallContext {
  signal: AbortSignal;
  /** Sends a piece of the reply ahead of it. */
  piece(value: unknown): void;
}

export type Methods = Record<string, (params: never, context: CallContext) => Promise<unknown>>;

interface WireError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

type Message =
  | { kind: "request"; id: number; method: string; params: unknown }
  | { kind: "piece"; id: number; value: unknown }
  | { kind: "reply"; id: number; value: unknown }
  | { kind: "error"; id: number; error: WireError }
  | { kind: "cancel"; id: number }
  | { kind: "notice"; name: string; value: unknown };

export interface CallOptions {
  signal?: AbortSignal;
  onPiece?: (value: unknown) => void;
}

export interface Channel {
  /** Rejects with the other side's error; `unavailable` (retryable) when the other side is gone; the signal's reason when aborted. */
  call(method: string, params: unknown, options?: CallOptions): Promise<unknown>;
  notify(name: string, value: unknown): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onPiece: ((value: unknown) => void) | undefined;
}

export function openChannel(
  transport: Transport,
  methods: Methods,
  onNotice: (name: string, value: unknown) => void,
): Channel {
  const waiting = new Map<number, Waiting>();
  const running = new Map<number, AbortController>();
  let lastId = 0;
  let isClosed = false;

  transport.onClose(() => {
    isClosed = true;
    for (const call of waiting.values()) call.reject(goneError());
    for (const controller of running.values()) controller.abort(goneError());
    waiting.clear();
  });
  transport.onMessage((raw) => {
    const message = raw as Message;
    switch (message.kind) {
      case "request":
        void serve(message);
        return;
      case "cancel":
        running.get(message.id)?.abort(new OutpostError("unavailable", "the caller cancelled"));
        return;
      case "piece":
        waiting.get(message.id)?.onPiece?.(message.value);
        return;
      case "reply":
        settle(message.id)?.resolve(message.value);
        return;
      case "error":
        settle(message.id)?.reject(fromWire(message.error));
        return;
      case "notice":
        onNotice(message.name, message.value);
    }
  });

  function send(message: Message): void {
    if (!isClosed) transport.send(message);
  }

  function settle(id: number): Waiting | undefined {
    const call = waiting.get(id);
    waiting.delete(id);
    return call;
  }

  async function serve(request: Extract<Message, { kind: "request" }>): Promise<void> {
    const controller = new AbortController();
    running.set(request.id, controller);
    try {
      const method = methods[request.method];
      if (!method) throw new OutpostError("not_found", `there is no internal method "${request.method}"`);
      const context = {
        signal: controller.signal,
        piece: (value: unknown) => send({ kind: "piece", id: request.id, value }),
      };
      send({ kind: "reply", id: request.id, value: await method(request.params as never, context) });
    } catch (error) {
      send({ kind: "error", id: request.id, error: toWire(error) });
    } finally {
      running.delete(request.id);
    }
  }

  return {
    notify: (name, value) => send({ kind: "notice", name, value }),
    call(method, params, options = {}) {
      const { signal, onPiece } = options;
      if (isClosed) return Promise.reject(goneError());
      if (signal?.aborted) return Promise.reject(signal.reason);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          send({ kind: "cancel", id });
          settle(id)?.reject(signal?.reason);
        };
        const done =
          <Value>(settleWith: (value: Value) => void) =>
          (value: Value) => {
            signal?.removeEventListener("abort", onAbort);
            settleWith(value);
          };
        waiting.set(id, { resolve: done(resolve), reject: done(reject), onPiece });
        signal?.addEventListener("abort", onAbort, { once: true });
        send({ kind: "request", id, method, params });
      });
    },
  };
}

function goneError(): OutpostError {
  return new OutpostError("unavailable", "the other process is gone", { retryable: true });
}

function toWire(error: unknown): WireError {
  if (isOutpostError(error)) {
    return { code: error.code, message: error.message, retryable: error.retryable, details: error.details };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", message, retryable: false, details: {} };
}

function fromWire(error: WireError): OutpostError {
  return new OutpostError(error.code, error.message, { retryable: error.retryable, details: error.details });
}
