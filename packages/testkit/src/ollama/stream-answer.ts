// Writes an answer's lines to a socket, with the fault that the script asks for. Knows nothing of what the lines say.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { writeInParts } from "../write-in-parts.ts";
import type { OllamaFault } from "./script.ts";

export interface StreamPlan {
  lines: string[];
  writeBytes: number | undefined;
  fault: OllamaFault | undefined;
}

/** Resolves when the answer is out, faulty or whole; or when the client is gone. */
export async function streamAnswer(response: ServerResponse, plan: StreamPlan): Promise<void> {
  const { fault, lines } = plan;
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const sent = fault ? lines.slice(0, fault.afterChunks) : lines;
  for (const line of sent) {
    if (response.destroyed) return;
    await writeInParts(response, `${line}\n`, plan.writeBytes);
  }
  const next = lines[sent.length] ?? '{"model":"m"}';
  switch (fault?.type) {
    case undefined:
    case "end":
      response.end();
      return;
    case "error":
      response.end(`${JSON.stringify({ error: fault.message })}\n`);
      return;
    case "garbage":
      response.end("<html>502 Bad Gateway</html>\n");
      return;
    case "reset":
      await writeInParts(response, next.slice(0, Math.max(1, next.length / 2)), undefined);
      await sleep(20);
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      response.flushHeaders();
      return;
  }
}
