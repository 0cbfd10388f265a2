// A scripted answer as the lines of Ollama's chat stream. Pure. As on the real wire, what is zero or empty is absent.
import { countTokens } from "./count-tokens.ts";
import type { OllamaTestAnswer, OllamaTestCall } from "./script.ts";

const createdAt = "2026-01-02T03:04:05.123456789Z";

/** The last line is the one with `done: true`. */
export function answerLines(model: string, answer: OllamaTestAnswer, promptTokens: number): string[] {
  const line = (message: Record<string, unknown>, rest: Record<string, unknown> = { done: false }) =>
    JSON.stringify({ model, created_at: createdAt, message: { role: "assistant", content: "", ...message }, ...rest });
  const size = answer.pieceCharacters ?? 8;
  const calls = (answer.toolCalls ?? []).map(wireCall);
  const onDone = answer.callsOn === "done" && calls.length > 0 ? { tool_calls: calls } : {};
  const before = answer.callsOn === "done" ? [] : calls;
  const together = answer.callChunks === "one" && before.length > 0 ? [before] : before.map((call) => [call]);
  return [
    ...pieces(answer.thinking ?? "", size).map((thinking) => line({ thinking })),
    ...pieces(answer.content ?? "", size).map((content) => line({ content })),
    ...together.map((group) => line({ tool_calls: group })),
    line(onDone, { done: true, done_reason: answer.doneReason ?? "stop", ...metrics(answer, promptTokens) }),
  ];
}

function metrics(answer: OllamaTestAnswer, promptTokens: number): Record<string, number> {
  const written = `${answer.thinking ?? ""}${answer.content ?? ""}${JSON.stringify(answer.toolCalls ?? [])}`;
  const prompt = answer.promptTokens === undefined ? promptTokens : (answer.promptTokens ?? 0);
  const counts = { prompt_eval_count: prompt, eval_count: answer.outputTokens ?? countTokens(written) };
  const present = Object.entries(counts).filter(([, count]) => count > 0);
  return {
    total_duration: 1_000_000,
    load_duration: 1000,
    ...Object.fromEntries(present),
    prompt_eval_duration: 1000,
    eval_duration: 1000,
  };
}

function wireCall(call: OllamaTestCall, index: number): Record<string, unknown> {
  const id = call.id === undefined ? `call_test${String(index).padStart(4, "0")}` : call.id;
  return {
    ...(id === null ? {} : { id }),
    function: { index, name: call.name, arguments: call.arguments },
  };
}

function pieces(text: string, size: number): string[] {
  const characters = [...text];
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += size) parts.push(characters.slice(at, at + size).join(""));
  return parts;
}
