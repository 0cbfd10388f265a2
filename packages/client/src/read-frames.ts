// The frames of a streaming response. A connection that breaks, or says nothing for too long, rejects as retryable.
import { isOutpostError, OutpostError } from "@outpost/protocol";
import { createEventStreamParser, type ServerSentEvent } from "./server-sent-events.ts";

export async function* readFrames(
  response: Response,
  silenceMs: number,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const type = response.headers.get("content-type") ?? "nothing";
  if (!type.startsWith("text/event-stream") || response.body === null) {
    throw new OutpostError(
      "internal",
      `the stream came as "${type}" and not as text/event-stream; is a proxy in between?`,
    );
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = createEventStreamParser();
  try {
    for (;;) {
      const { done, value } = await withLimit(reader.read(), silenceMs);
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (isOutpostError(error)) throw error;
    throw new OutpostError("unavailable", "the stream broke off", { retryable: true, cause: error });
  } finally {
    // Not awaited: on a dead connection it may never settle.
    reader.cancel().catch(() => undefined);
  }
}

async function withLimit<Value>(waiting: Promise<Value>, limitMs: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new OutpostError("unavailable", `the stream was silent for ${limitMs} ms`, { retryable: true }));
    }, limitMs);
  });
  try {
    return await Promise.race([waiting, limit]);
  } finally {
    clearTimeout(timer);
  }
}
