// The chunks of an answer, whether the server streams events or, against what was asked, sends all of it at once. Rejects with
// `ServerRefusal` where the server says inside of the answer that something went wrong.
import type { Response } from "undici";
import { type CompletionChunk, parseChunk, parseError } from "./chunk.ts";
import { readEvents, type ServerSentEvent } from "./event-stream.ts";
import { ServerRefusal } from "./transport.ts";

const maxWholeCharacters = 16_000_000;

export async function* readCompletion(
  response: Response,
  redact: (text: string) => string,
): AsyncGenerator<CompletionChunk, void> {
  if (!response.body) throw new Error("the answer has no body");
  if (response.headers.get("content-type")?.includes("application/json")) {
    const text = await response.text();
    if (text.length > maxWholeCharacters) throw new Error(`the answer is over ${maxWholeCharacters} characters`);
    yield checked(JSON.parse(text), redact);
    return;
  }
  for await (const event of readEvents(response.body)) {
    if (event.data.trim() === "[DONE]") return;
    yield checked(parseEvent(event), redact);
  }
}

function parseEvent({ event, data }: ServerSentEvent): unknown {
  const value = parseJson(data);
  if (event === "error") return { error: parseError(value)?.text ?? parseMessage(value) ?? data };
  if (value === undefined) throw new Error(`an event of the answer is not JSON: "${data.slice(0, 80)}"`);
  return value;
}

function parseMessage(value: unknown): string | undefined {
  const { message } = (value ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : undefined;
}

function checked(value: unknown, redact: (text: string) => string): CompletionChunk {
  const chunk = parseChunk(value);
  if (chunk.error) throw new ServerRefusal({ status: chunk.error.status, text: redact(chunk.error.text) });
  return chunk;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
