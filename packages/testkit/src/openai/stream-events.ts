// Writes an answer's events to a socket, with the fault that the script asks for. Knows nothing of what the events say.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { writeInParts } from "../write-in-parts.ts";
import type { AnswerEvents } from "./answer-events.ts";
import type { OpenAiTestAnswer } from "./script.ts";

/** Resolves when the answer is out, faulty or whole; or when the client is gone. */
export async function streamEvents(
  response: ServerResponse,
  events: AnswerEvents,
  answer: OpenAiTestAnswer,
): Promise<void> {
  if (answer.unstreamed) {
    response.writeHead(200, { "content-type": "application/json" }).end(events.whole);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const lineEnd = answer.lineEnd ?? "\n";
  const gap = answer.crowded ? lineEnd : lineEnd + lineEnd;
  const write = (text: string) => writeInParts(response, text, answer.writeBytes);
  const { fault } = answer;
  const sent = fault ? events.chunks.slice(0, fault.afterChunks) : events.chunks;
  for (const data of sent) {
    if (response.destroyed) return;
    if (answer.comments) await write(`: keep-alive${lineEnd}${lineEnd}`);
    await write(`data: ${data}${gap}`);
  }
  const next = events.chunks[sent.length] ?? '{"model":"m"}';
  switch (fault?.type) {
    case undefined:
      if (answer.done !== false) await write(`data: [DONE]${gap}`);
      response.end();
      return;
    case "end":
      response.end();
      return;
    case "error":
      await write(errorEvent(fault) + gap);
      response.end();
      return;
    case "garbage":
      response.end("data: <html>502 Bad Gateway</html>\n\n");
      return;
    case "reset":
      await write(`data: ${next.slice(0, next.length / 2)}`);
      await sleep(20);
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      response.flushHeaders();
      return;
  }
}

function errorEvent(fault: { message: string; code?: number; named?: boolean }): string {
  const error = { message: fault.message, type: "server_error", ...(fault.code ? { code: fault.code } : {}) };
  return fault.named ? `event: error\ndata: ${JSON.stringify({ error })}` : `data: ${JSON.stringify({ error })}`;
}
