// A ChatModel in the same process that answers from a list. For tests of what stands above a model; the wire has test servers of its own.
// It fails a test (`finish`) whose list ran dry or has replies left.
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import type { ModelProfile, ModelReply, RawToolCall } from "@outpost/protocol";

export interface ScriptedAnswer {
  content?: string;
  thinking?: string;
  /** Missing ids become `call_<n>`, counting over the whole script. */
  toolCalls?: { name: string; arguments: unknown; id?: string }[];
  finishReason?: ModelReply["finishReason"];
  promptTokens?: number;
  outputTokens?: number;
}

export type ScriptedReply =
  | ScriptedAnswer
  /** The call rejects with it. */
  | Error
  /** The call lasts until it is aborted. */
  | "hang"
  | ((request: ChatRequest) => ScriptedAnswer | Error);

export interface ScriptedModel extends ChatModel {
  /** Copies, in order. */
  readonly requests: ChatRequest[];
  readonly repliesLeft: number;
  finish(): void;
}

const defaultProfile: ModelProfile = {
  provider: "scripted",
  name: "scripted",
  windowTokens: 16_384,
  canCallTools: true,
  canThink: false,
};

export function createScriptedModel(
  replies: readonly ScriptedReply[],
  profile: Partial<ModelProfile> = {},
): ScriptedModel {
  const described = { ...defaultProfile, ...profile };
  const left = [...replies];
  const requests: ChatRequest[] = [];
  let isDry = false;
  let calls = 0;

  function toReply(answer: ScriptedAnswer): ModelReply {
    const toolCalls: RawToolCall[] = (answer.toolCalls ?? []).map((call) => {
      calls++;
      return { id: call.id ?? `call_${calls}`, name: call.name, arguments: call.arguments };
    });
    return {
      content: answer.content ?? "",
      thinking: answer.thinking ?? "",
      toolCalls,
      finishReason: answer.finishReason ?? "stop",
      usage: {
        promptTokens: answer.promptTokens ?? 100,
        outputTokens: answer.outputTokens ?? 10,
        firstTokenMs: 1,
        totalMs: 2,
      },
    };
  }

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta, ModelReply> {
    signal.throwIfAborted();
    requests.push(structuredClone(request));
    const next = left.shift();
    if (next === undefined) {
      isDry = true;
      throw new Error("the scripted model has no reply left");
    }
    if (next === "hang") await untilAborted(signal);
    const answer = typeof next === "function" ? next(request) : next;
    if (answer instanceof Error) throw answer;
    const reply = toReply(answer as ScriptedAnswer);
    if (reply.thinking !== "") yield { kind: "thinking", text: reply.thinking };
    if (reply.content !== "") yield { kind: "content", text: reply.content };
    return reply;
  }

  return {
    provider: described.provider,
    name: described.name,
    requests,
    get repliesLeft() {
      return left.length;
    },
    async describe(signal) {
      signal.throwIfAborted();
      return described;
    },
    chat,
    finish() {
      if (isDry) throw new Error("scripted model: it was asked more often than it has replies");
      if (left.length > 0) throw new Error(`scripted model: ${left.length} replies left`);
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
