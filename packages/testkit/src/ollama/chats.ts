// The chats of a scripted Ollama: refuses what a real server refuses, notes what breaks our own rules, and answers the rest from the
// script. Knows nothing of paths and sockets but the response it writes to.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createReplyScript } from "../scripted/reply-script.ts";
import { answerLines } from "./answer-lines.ts";
import { findProblems, findRefusal, type Refusal } from "./check-chat.ts";
import { countPromptTokens } from "./count-tokens.ts";
import { capabilitiesOf, contextLengthOf, findModel } from "./models-wire.ts";
import type { OllamaScript, OllamaTestModel, OllamaTestReply, RecordedChat } from "./script.ts";
import { sendJson } from "./send.ts";
import { streamAnswer } from "./stream-answer.ts";

export interface ScriptedChats {
  readonly recorded: RecordedChat[];
  readonly loads: string[];
  readonly problems: string[];
  readonly repliesLeft: number;
  answer(body: Record<string, unknown>, response: ServerResponse): Promise<void>;
}

// What a server without a graphics card takes when nobody names a window.
const unnamedWindow = 4096;

export function createScriptedChats(script: OllamaScript): ScriptedChats {
  const replies = createReplyScript<RecordedChat, Exclude<OllamaTestReply, (...given: never[]) => unknown>>(script);
  const loads: string[] = [];

  function record(body: Record<string, unknown>, model: OllamaTestModel, response: ServerResponse): RecordedChat {
    const asked = Number((body["options"] as Record<string, unknown> | undefined)?.["num_ctx"] ?? unnamedWindow);
    const windowTokens = Math.min(asked, contextLengthOf(model));
    const chat: RecordedChat = { body, promptTokens: countPromptTokens(body), windowTokens, aborted: false };
    replies.record(chat, response, findProblems(body));
    const load = `${model.name} ${windowTokens}`;
    if (loads.at(-1) !== load) loads.push(load);
    return chat;
  }

  return {
    recorded: replies.recorded,
    loads,
    problems: replies.problems,
    get repliesLeft() {
      return replies.repliesLeft;
    },
    async answer(body, response) {
      const model = findModel(script.models, body["model"]);
      const refusal = refuse(body, model);
      if (refusal || !model) return sendJson(response, refusal?.status ?? 404, { error: refusal?.error });
      const chat = record(body, model, response);
      const isOver = chat.promptTokens > chat.windowTokens;
      if (isOver && !model.cutsSilently) return sendJson(response, 400, { error: overflowText(chat) });
      const reply = replies.next(chat);
      if (reply.delayBeforeHeadersMs) await sleep(reply.delayBeforeHeadersMs);
      if (response.destroyed) return;
      if ("status" in reply) return sendJson(response, reply.status, { error: reply.error });
      const evaluated = isOver ? Math.floor(chat.windowTokens / 2) + 2 : chat.promptTokens;
      const lines = answerLines(model.name, reply, evaluated);
      await streamAnswer(response, { lines, writeBytes: reply.writeBytes, fault: reply.fault });
    },
  };
}

function refuse(body: Record<string, unknown>, model: OllamaTestModel | undefined): Refusal | undefined {
  const refusal = findRefusal(body);
  if (refusal) return refusal;
  const name = String(body["model"]);
  if (!model) return { status: 404, error: `model '${name}' not found` };
  const capabilities = capabilitiesOf(model);
  if (!capabilities.includes("completion")) return { status: 400, error: `"${name}" does not support chat` };
  const tools = body["tools"];
  if (Array.isArray(tools) && tools.length > 0 && !capabilities.includes("tools"))
    return { status: 400, error: `registry.ollama.ai/library/${name} does not support tools` };
  return undefined;
}

function overflowText(chat: RecordedChat): string {
  const { promptTokens, windowTokens } = chat;
  const message = `request (${promptTokens} tokens) exceeds the available context size (${windowTokens} tokens), try increasing it`;
  const facts = { type: "exceed_context_size_error", n_prompt_tokens: promptTokens, n_ctx: windowTokens };
  return JSON.stringify({ error: { code: 400, message, ...facts } });
}
