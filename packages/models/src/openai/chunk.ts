// One chunk of a chat completion's stream, or a whole completion, parsed: unknown in, a record that cannot be wrong out. Knows the names
// that servers have for the same thing.
import { count, text } from "../reply/reply-piece.ts";
import { isRecord } from "../reply/scan-json.ts";

export interface CallDelta {
  index: number | undefined;
  /** Undefined: not said, null or empty. */
  id: string | undefined;
  name: string;
  /** Text of a piece, or the whole as a record; undefined: nothing. */
  arguments: string | Record<string, unknown> | undefined;
}

export interface CompletionChunk {
  content: string;
  thinking: string;
  calls: CallDelta[];
  /** Undefined: it goes on. */
  finishReason: string | undefined;
  promptTokens: number | null;
  outputTokens: number | null;
  /** What the server says went wrong, in the middle of a stream with status 200. */
  error: { text: string; status: number | undefined } | undefined;
}

export function parseChunk(value: unknown): CompletionChunk {
  const chunk = isRecord(value) ? value : {};
  const [choice] = Array.isArray(chunk["choices"]) ? chunk["choices"].filter(isRecord) : [];
  const part = choice?.["delta"] ?? choice?.["message"];
  const delta = isRecord(part) ? part : {};
  const usage = isRecord(chunk["usage"]) ? chunk["usage"] : {};
  const parts = splitParts(delta["content"]);
  const finish = text(choice?.["finish_reason"]);
  return {
    content: parts.content + (text(delta["refusal"]) ?? ""),
    thinking: thinkingOf(delta) + parts.thinking,
    calls: callsOf(delta),
    finishReason: finish === "" ? undefined : finish,
    promptTokens: count(usage["prompt_tokens"]),
    outputTokens: count(usage["completion_tokens"]),
    error: parseError(chunk),
  };
}

/** A text, or a list of parts of which some are thinking. */
function splitParts(content: unknown): { content: string; thinking: string } {
  if (!Array.isArray(content)) return { content: text(content) ?? "", thinking: "" };
  const parts = content.filter(isRecord);
  const isThinking = (part: Record<string, unknown>) => part["type"] === "thinking" || part["type"] === "reasoning";
  const join = (some: Record<string, unknown>[]) => some.map(textOfPart).join("");
  return {
    content: join(parts.filter((part) => !isThinking(part))),
    thinking: join(parts.filter(isThinking)),
  };
}

function textOfPart(part: Record<string, unknown>): string {
  const inner = part["thinking"] ?? part["text"];
  if (Array.isArray(inner)) return inner.filter(isRecord).map(textOfPart).join("");
  return text(inner) ?? "";
}

/** Servers that name it twice say the same thing twice. */
function thinkingOf(delta: Record<string, unknown>): string {
  for (const key of ["reasoning_content", "reasoning", "thinking"]) {
    const thought = text(delta[key]);
    if (thought) return thought;
  }
  return "";
}

function callsOf(delta: Record<string, unknown>): CallDelta[] {
  const list = Array.isArray(delta["tool_calls"]) ? delta["tool_calls"].filter(isRecord) : [];
  const old = delta["function_call"];
  return [...list, ...(isRecord(old) ? [{ function: old }] : [])].map(parseCallDelta);
}

function parseCallDelta(call: Record<string, unknown>): CallDelta {
  const called = isRecord(call["function"]) ? call["function"] : call;
  const given = called["arguments"];
  const index = call["index"];
  const id = text(call["id"]);
  return {
    index: typeof index === "number" && Number.isInteger(index) ? index : undefined,
    id: id === "" ? undefined : id,
    name: text(called["name"]) ?? "",
    arguments: typeof given === "string" || isRecord(given) ? given : undefined,
  };
}

/** `{"error": {"message", "code"}}`, `{"error": "text"}`, or `{"object": "error", "message"}`. */
export function parseError(value: unknown): { text: string; status: number | undefined } | undefined {
  if (!isRecord(value)) return undefined;
  const isFlat = value["object"] === "error" || (value["choices"] === undefined && text(value["detail"]) !== undefined);
  const error = isFlat ? value : value["error"];
  if (typeof error === "string") return error === "" ? undefined : { text: error, status: undefined };
  if (!isRecord(error)) return undefined;
  const message = text(error["message"]) ?? text(error["detail"]) ?? JSON.stringify(error).slice(0, 2000);
  const code = error["code"] ?? error["status"];
  return { text: message, status: typeof code === "number" && code >= 400 && code < 600 ? code : undefined };
}
