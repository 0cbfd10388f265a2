// A scripted answer as the events of a chat completion's stream. Pure.
import { countTokens } from "../ollama/count-tokens.ts";
import type { OpenAiCallShape, OpenAiTestAnswer, OpenAiTestCall } from "./script.ts";

type Delta = Record<string, unknown>;

export interface AnswerEvents {
  /** Data of one event each; the chunk with the finish_reason and the usage are the last. */
  chunks: string[];
  /** The whole completion, for an answer that is not streamed. */
  whole: string;
}

export function answerEvents(model: string, answer: OpenAiTestAnswer, promptTokens: number): AnswerEvents {
  const size = answer.pieceCharacters ?? 8;
  const field = answer.thinkingField ?? "reasoning_content";
  const calls = answer.toolCalls ?? [];
  const deltas: Delta[] = [
    ...pieces(answer.thinking ?? "", size).map((text) => ({ [field]: text })),
    ...pieces(answer.content ?? "", size).map((content) => ({ content })),
    ...calls.flatMap((call, index) => callDeltas(call, index, answer.callShape ?? "pieces", size)),
    ...(answer.deltas ?? []),
  ];
  const hasCalls = calls.length > 0 || answer.deltas !== undefined;
  const finish = answer.finishReason ?? (hasCalls ? "tool_calls" : "stop");
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_767_323_045, model };
  const chunk = (delta: Delta, reason: string | null) =>
    JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: reason }] });
  const first = { role: "assistant", content: null };
  const usage = usageOf(answer, promptTokens);
  return {
    chunks: [
      chunk(first, null),
      ...deltas.map((delta) => chunk(delta, null)),
      chunk({}, finish),
      ...(usage ? [JSON.stringify({ ...head, choices: [], usage })] : []),
    ],
    whole: JSON.stringify({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: finish, message: wholeMessage(answer, field) }],
      ...(usage ? { usage } : {}),
    }),
  };
}

function wholeMessage(answer: OpenAiTestAnswer, field: string): Delta {
  const calls = (answer.toolCalls ?? []).flatMap((call, index) => callDeltas(call, index, "whole", 8));
  return {
    role: "assistant",
    content: answer.content ?? null,
    ...(answer.thinking === undefined ? {} : { [field]: answer.thinking }),
    ...(calls.length > 0 ? { tool_calls: calls.flatMap((delta) => delta["tool_calls"]) } : {}),
  };
}

function usageOf(answer: OpenAiTestAnswer, promptTokens: number): Record<string, number> | undefined {
  if (answer.promptTokens === null) return undefined;
  const written = `${answer.thinking ?? ""}${answer.content ?? ""}${JSON.stringify(answer.toolCalls ?? [])}`;
  const prompt = answer.promptTokens ?? promptTokens;
  const completion = answer.outputTokens ?? countTokens(written);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function callDeltas(call: OpenAiTestCall, index: number, shape: OpenAiCallShape, size: number): Delta[] {
  const id = call.id === undefined ? `call_wire${index}` : call.id;
  const text = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
  const place = shape === "no-index" ? {} : { index: shape === "zero-index" ? 0 : index };
  const naming = { ...(id === null ? {} : { id }), type: "function" };
  const delta = (called: Delta, named: boolean): Delta => ({
    tool_calls: [{ ...place, ...(named ? naming : {}), function: called }],
  });
  if (shape === "whole" || shape === "record")
    return [delta({ name: call.name, arguments: shape === "record" ? call.arguments : text }, true)];
  const first = delta({ name: call.name, arguments: "" }, true);
  const isRepeated = shape === "repeated";
  const rest = pieces(text, size).map((piece) =>
    delta(isRepeated ? { name: call.name, arguments: piece } : { arguments: piece }, isRepeated),
  );
  return [first, ...rest];
}

function pieces(text: string, size: number): string[] {
  const characters = [...text];
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += size) parts.push(characters.slice(at, at + size).join(""));
  return parts;
}
