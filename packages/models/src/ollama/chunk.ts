// One line of Ollama's chat stream, parsed: unknown in, a record that cannot be wrong out. Absent fields are what the server leaves out
// when they are zero or empty.
import { count, type PieceCall, type ReplyPiece, text } from "../reply/reply-piece.ts";
import { isRecord } from "../reply/scan-json.ts";

export function parseChatChunk(value: unknown): ReplyPiece {
  const line = isRecord(value) ? value : {};
  const message = isRecord(line["message"]) ? line["message"] : {};
  const calls = Array.isArray(message["tool_calls"]) ? message["tool_calls"] : [];
  return {
    content: text(message["content"]) ?? "",
    thinking: text(message["thinking"]) ?? "",
    calls: calls.map(parseCall).filter((call) => call !== undefined),
    done: line["done"] === true,
    doneReason: text(line["done_reason"]),
    promptTokens: count(line["prompt_eval_count"]),
    outputTokens: count(line["eval_count"]),
  };
}

function parseCall(value: unknown): PieceCall | undefined {
  const called = isRecord(value) && isRecord(value["function"]) ? value["function"] : undefined;
  if (!isRecord(value) || !called) return undefined;
  const id = text(value["id"]);
  return {
    id: id === "" ? undefined : id,
    name: text(called["name"]) ?? "",
    arguments: parseArguments(called["arguments"]),
  };
}

/** An object by contract; some servers before Ollama send its text. */
function parseArguments(value: unknown): unknown {
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : value;
  } catch {
    return value;
  }
}
