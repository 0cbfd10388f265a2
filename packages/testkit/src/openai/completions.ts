// The chats of a scripted OpenAI-compatible server: refuses what real ones refuse, in their words, notes what breaks our own rules, and
// answers the rest from the script. Knows nothing of paths and sockets but the response it writes to.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { countPromptTokens } from "../ollama/count-tokens.ts";
import { sendJson } from "../ollama/send.ts";
import { createReplyScript } from "../scripted/reply-script.ts";
import { answerEvents } from "./answer-events.ts";
import { findProblems, findRefusal } from "./check-completion.ts";
import { windowOf } from "./models-wire.ts";
import type { OpenAiScript, OpenAiTestModel, OpenAiTestReply, RecordedCompletion } from "./script.ts";
import { streamEvents } from "./stream-events.ts";

export interface ScriptedCompletions {
  readonly recorded: RecordedCompletion[];
  readonly problems: string[];
  readonly repliesLeft: number;
  answer(body: Record<string, unknown>, response: ServerResponse): Promise<void>;
}

interface Refusal {
  status: number;
  error: Record<string, unknown>;
}

export function createScriptedCompletions(script: OpenAiScript): ScriptedCompletions {
  const replies = createReplyScript<RecordedCompletion, Exclude<OpenAiTestReply, (...given: never[]) => unknown>>(
    script,
  );

  return {
    recorded: replies.recorded,
    problems: replies.problems,
    get repliesLeft() {
      return replies.repliesLeft;
    },
    async answer(body, response) {
      const model = script.models.find(({ name }) => name === body["model"]);
      const refusal = refuse(script, body, model);
      if (refusal || !model) return sendJson(response, refusal?.status ?? 404, { error: refusal?.error });
      const chat = { body, promptTokens: countPromptTokens(body), windowTokens: windowOf(model), aborted: false };
      replies.record(chat, response, findProblems(body));
      const isOver = chat.promptTokens > chat.windowTokens;
      if (isOver && !model.cutsSilently) return sendJson(response, 400, { error: overflow(script, chat) });
      const reply = replies.next(chat);
      if (reply.delayBeforeHeadersMs) await sleep(reply.delayBeforeHeadersMs);
      if (response.destroyed) return;
      if ("status" in reply) return sendJson(response, reply.status, { error: errorRecord(reply.status, reply.error) });
      const evaluated = isOver ? Math.floor(chat.windowTokens / 2) : chat.promptTokens;
      await streamEvents(response, answerEvents(model.name, reply, evaluated), reply);
    },
  };
}

function errorRecord(status: number, error: string | Record<string, unknown>): Record<string, unknown> {
  return typeof error === "string" ? { message: error, type: "server_error", code: status } : error;
}

function refuse(
  script: OpenAiScript,
  body: Record<string, unknown>,
  model: OpenAiTestModel | undefined,
): Refusal | undefined {
  const refusal = findRefusal(body);
  const invalid = (message: string, status = 400): Refusal => ({
    status,
    error: { message, type: "invalid_request_error", param: null, code: status },
  });
  if (refusal !== undefined) return invalid(refusal);
  const field = script.refusedFields?.find((name) => body[name] !== undefined);
  if (field === "max_tokens")
    return invalid("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
  if (field !== undefined) return invalid(`Unrecognized request argument supplied: ${field}`);
  if (!model) return invalid(`The model \`${String(body["model"])}\` does not exist.`, 404);
  const tools = body["tools"];
  if (!Array.isArray(tools) || tools.length === 0 || !model.withoutTools) return undefined;
  if (script.flavour === "llama.cpp") return invalid("tools param requires --jinja flag", 500);
  if (script.flavour === "vllm")
    return invalid('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set');
  return invalid(`${model.name} does not support tools`);
}

function overflow({ flavour }: OpenAiScript, chat: RecordedCompletion): Record<string, unknown> {
  const { promptTokens, windowTokens } = chat;
  if (flavour === "vllm")
    return {
      message: `This model's maximum context length is ${windowTokens} tokens. However, you requested ${promptTokens} tokens in the messages. Please reduce the length of the messages.`,
      type: "BadRequestError",
      code: 400,
    };
  if (flavour === "lmstudio")
    return { message: `Trying to keep the first ${promptTokens} tokens when context the overflows.` };
  return {
    code: 400,
    message: `request (${promptTokens} tokens) exceeds the available context size (${windowTokens} tokens), try increasing it`,
    type: "exceed_context_size_error",
    n_prompt_tokens: promptTokens,
    n_ctx: windowTokens,
  };
}
