// One line of Ollama's chat stream, parsed: unknown in, a record that cannot be wrong out. Absent fields are what the server leaves out
// when they are zero or empty.
import { isRecord } from "../reply/scan-json.ts";

export interface ChunkCall {
  id: string | undefined;
  name: string;
  arguments: unknown;
}

export interface ChatChunk {
  content: string;
  thinking: string;
  calls: ChunkCall[];
  done: boolean;
  doneReason: string | undefined;
  promptTokens: number | null;
  outputTokens: number | null;
}

export function parseChatChunk(value: unknown): ChatChunk {
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

function parseCall(value: unknown): ChunkCall | undefined {
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

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}
