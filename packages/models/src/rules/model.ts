// The built-in model `rules`: no language model, but a ChatModel like any other. It reads the conversation, follows a fixed plan for the
// few kinds of instruction it knows, and answers with tool calls. Pure: the reply follows from the messages alone, so a run that is
// resumed elsewhere goes on the same. It costs no tokens and no time, and says so.
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import type { ModelProfile, ModelReply, RawToolCall } from "@outpost/protocol";
import { cannot } from "./abilities.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { parseInstruction } from "./instruction/parse-instruction.ts";
import { createMemory, FoldedAway } from "./memory.ts";
import { type Call, type Plan, replay } from "./plan.ts";
import { workAsPlanned } from "./planning/planned-work.ts";
import { type Answer, answer } from "./questions/answer.ts";
import { isQuestion } from "./questions/parse-question.ts";
import { work } from "./work.ts";

export interface RulesModelOptions {
  /** Where it tells people to start a language model. */
  ollamaAddress?: string;
}

export interface RulesModel extends ChatModel {
  readonly profile: ModelProfile;
}

const profile: ModelProfile = {
  provider: "rules",
  name: "rules",
  windowTokens: 32_000,
  canCallTools: true,
  canThink: false,
};

export function createRulesModel(options: RulesModelOptions = {}): RulesModel {
  const ollamaAddress = options.ollamaAddress ?? "http://127.0.0.1:11434";
  return {
    provider: profile.provider,
    name: profile.name,
    profile,
    async describe(signal) {
      signal.throwIfAborted();
      return profile;
    },
    // biome-ignore lint/correctness/useYield: what it says goes into calls, and comes at once
    async *chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply> {
      signal.throwIfAborted();
      return composeReply(request, ollamaAddress);
    },
  };
}

function composeReply(request: ChatRequest, ollamaAddress: string): ModelReply {
  const toolNames = new Set(request.tools.map((tool) => tool.name));
  const conversation = readConversation(request.messages);
  const end = (result: Answer): ModelReply =>
    toolNames.has("finish") ? reply("", [finishCall(result)], request) : reply(result.text, [], request);
  try {
    const plan = conduct(conversation, { toolNames, ollamaAddress });
    const progress = replay(plan, createMemory(request.messages));
    return progress.type === "calls" ? reply("", progress.calls, request) : end(progress.result);
  } catch (error) {
    if (!(error instanceof FoldedAway)) throw error;
    const text =
      "The task is too long for the fixed rules: what was read before is no longer in the conversation. What was changed so far is kept; ask for the rest in a task of its own.";
    return end({ text, citations: [] });
  }
}

interface Surroundings {
  toolNames: ReadonlySet<string>;
  ollamaAddress: string;
}

/** All that was asked for, in order; what was done for an earlier message is replayed from memory. */
function* conduct(conversation: Conversation, around: Surroundings): Plan<Answer> {
  const answers: Answer[] = [];
  const { instructions, planDecisions: decisions, workflow } = conversation;
  for (const [index, instruction] of instructions.entries()) {
    const isPlanned = index === 0 && decisions !== null && around.toolNames.has("update_plan");
    if (isPlanned) answers.push({ text: yield* workAsPlanned(instruction, decisions, around), citations: [] });
    else answers.push(yield* act(instruction, workflow, around));
  }
  const last = answers.at(-1) ?? { text: cannot("", around.ollamaAddress), citations: [] };
  if (workflow === "ask") return last;
  const texts = answers.map((item) => item.text);
  return { text: [...new Set(texts)].join("\n\n"), citations: last.citations };
}

function* act(instruction: string, workflow: "ask" | "edit", around: Surroundings): Plan<Answer> {
  if (workflow === "ask") return yield* answer(instruction, around);
  const parsed = parseInstruction(instruction);
  if (parsed.type === "intents") {
    const [title = "change"] = instruction.split("\n");
    return {
      text: yield* work(parsed.intents, { toolNames: around.toolNames, title: title.slice(0, 100) }),
      citations: [],
    };
  }
  if (isQuestion(instruction)) return yield* answer(instruction, around);
  return { text: cannot(parsed.clause, around.ollamaAddress), citations: [] };
}

const maxSummaryCharacters = 18_000;

function finishCall(result: Answer): Call {
  const summary =
    result.text.length > maxSummaryCharacters ? `${result.text.slice(0, maxSummaryCharacters)}…` : result.text;
  const citations = result.citations.length > 0 ? { citations: result.citations } : {};
  return { name: "finish", arguments: { summary, ...citations } };
}

function reply(content: string, calls: readonly Call[], request: ChatRequest): ModelReply {
  const before = request.messages.reduce(
    (count, message) => count + (message.role === "assistant" ? message.toolCalls.length : 0),
    0,
  );
  const toolCalls: RawToolCall[] = calls.map((call, index) => ({ id: `call_${before + index + 1}`, ...call }));
  return {
    content,
    thinking: "",
    toolCalls,
    finishReason: "stop",
    usage: { promptTokens: 0, outputTokens: 0, firstTokenMs: 0, totalMs: 0 },
  };
}
