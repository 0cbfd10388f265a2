// What every ChatModel must do, whatever its server. An adapter's test gives, per scenario, a model that is about to meet it; scenarios
// an adapter cannot meet (a model without a server has no connection to refuse) are reported as skipped.
import type { ChatDelta, ChatModel, ChatRequest } from "@outpost/core";
import { isOutpostError, ModelProfile, ModelReply, type OutpostError } from "@outpost/protocol";
import { describe, expect, it } from "vitest";

export type ChatModelScenario =
  /** Answers some text. */
  | "text"
  /** Thinks, then answers. */
  | "thinking"
  /** Calls `read_file` with `{"path": "src/app.ts"}`. */
  | "call"
  /** The stream ends after some text without saying that it is done. */
  | "cut"
  /** The reply budget runs out. */
  | "length"
  | "unknown_model"
  | "no_tools"
  | "window"
  | "busy"
  | "refused"
  /** Nothing comes within the adapter's limit, which is a second or less here. */
  | "silent"
  /** Some text, then nothing, until it is aborted. */
  | "hanging";

export interface ChatModelSubject {
  model: ChatModel;
  close?(): Promise<void>;
}

export interface ChatModelAdapter {
  name: string;
  /** Scenarios that it cannot meet. */
  without: readonly ChatModelScenario[];
  open(scenario: ChatModelScenario): Promise<ChatModelSubject>;
}

export const contractRequest: ChatRequest = {
  messages: [
    { role: "system", content: "You are a test." },
    { role: "user", content: "Task (edit):\nread src/app.ts" },
    { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "read_file", arguments: { path: "a.ts" } }] },
    { role: "tool", content: "1 const a = 1;", toolCallId: "call_1", toolName: "read_file" },
    { role: "user", content: "go on" },
  ],
  tools: [
    {
      name: "read_file",
      description: "Reads a file.",
      parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    },
  ],
  windowTokens: 4096,
  maxOutputTokens: 512,
};

interface Chatted {
  deltas: ChatDelta[];
  reply: ModelReply;
}

export async function chatToEnd(
  model: ChatModel,
  request: ChatRequest = contractRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Chatted> {
  const stream = model.chat(request, signal);
  const deltas: ChatDelta[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { deltas, reply: next.value };
    deltas.push(next.value);
  }
}

export function describeChatModelContract(adapter: ChatModelAdapter): void {
  const test: ContractTest = (scenario, title, check) => {
    it.skipIf(adapter.without.includes(scenario))(`${title} [needs the scenario ${scenario}]`, async () => {
      const subject = await adapter.open(scenario);
      try {
        await check(subject.model);
      } finally {
        await subject.close?.();
      }
    });
  };
  describe(`chat model contract: ${adapter.name}`, () => {
    describeReplies(test);
    describeRefusals(test);
    describeEnding(test);
  });
}

type ContractTest = (scenario: ChatModelScenario, title: string, check: (model: ChatModel) => Promise<void>) => void;

function text(chatted: Chatted, kind: ChatDelta["kind"]): string {
  return chatted.deltas
    .filter((delta) => delta.kind === kind)
    .map((delta) => delta.text)
    .join("");
}

function describeReplies(test: ContractTest): void {
  test("text", "streams what it returns, and says what it cost", async (model) => {
    const profile = await model.describe(new AbortController().signal);
    expect(ModelProfile.parse(profile)).toEqual(profile);
    expect(profile.windowTokens).toBeGreaterThan(0);
    const chatted = await chatToEnd(model);
    expect(ModelReply.parse(chatted.reply)).toEqual(chatted.reply);
    expect(chatted.reply).toMatchObject({ finishReason: "stop", toolCalls: [], thinking: "" });
    expect(chatted.reply.content).not.toBe("");
    expect(text(chatted, "content")).toBe(chatted.reply.content);
    expect(chatted.reply.usage.totalMs).toBeGreaterThanOrEqual(chatted.reply.usage.firstTokenMs ?? 0);
  });

  test("thinking", "keeps thinking out of the answer", async (model) => {
    const chatted = await chatToEnd(model);
    expect(chatted.reply.thinking).not.toBe("");
    expect(chatted.reply.content).not.toContain(chatted.reply.thinking);
    expect(text(chatted, "thinking")).toBe(chatted.reply.thinking);
  });

  test("call", "returns calls with ids and arguments as records", async (model) => {
    const { reply } = await chatToEnd(model);
    expect(reply.toolCalls).toHaveLength(1);
    expect(reply.toolCalls[0]).toMatchObject({ name: "read_file", arguments: { path: "src/app.ts" } });
    expect(reply.toolCalls[0]?.id).toMatch(/./);
    expect(reply.toolCalls[0]?.id).not.toBe("call_1");
    expect(reply.finishReason).toBe("stop");
  });

  test("cut", "an early end is no error", async (model) => {
    const { reply } = await chatToEnd(model);
    expect(reply.finishReason).toBe("cut");
    expect(reply.content).not.toBe("");
  });

  test("length", "says that the reply budget ran out", async (model) => {
    expect((await chatToEnd(model)).reply.finishReason).toBe("length");
  });
}

async function rejection(work: Promise<unknown>): Promise<OutpostError> {
  const error: unknown = await work.then(
    () => new Error("it resolved"),
    (reason: unknown) => reason,
  );
  if (!isOutpostError(error)) throw error;
  return error;
}

function describeRefusals(test: ContractTest): void {
  test("unknown_model", "an unknown model is not_found, with a way out", async (model) => {
    const errors = [await rejection(model.describe(new AbortController().signal)), await rejection(chatToEnd(model))];
    for (const error of errors) {
      expect(error.code).toBe("not_found");
      expect(error.message).toContain(`"${model.name}"`);
      expect(error.retryable).toBe(false);
    }
  });

  for (const reason of ["no_tools", "window"] as const)
    test(reason, `a refusal for ${reason} says so`, async (model) => {
      const error = await rejection(chatToEnd(model));
      expect(error).toMatchObject({ code: "invalid_input", details: { reason }, retryable: false });
    });

  test("busy", "a busy server is unavailable, and may be asked again", async (model) => {
    expect(await rejection(chatToEnd(model))).toMatchObject({ code: "unavailable", retryable: true });
  });

  test("refused", "no server is unavailable, and may be asked again", async (model) => {
    expect(await rejection(chatToEnd(model))).toMatchObject({ code: "unavailable", retryable: true });
    const error = await rejection(model.describe(new AbortController().signal));
    expect(error).toMatchObject({ code: "unavailable", retryable: true });
  });

  test("silent", "a server that says nothing is a timeout", async (model) => {
    expect(await rejection(chatToEnd(model))).toMatchObject({ code: "timeout" });
  });
}

function describeEnding(test: ContractTest): void {
  test("text", "an aborted signal rejects with its reason, before anything is sent", async (model) => {
    const reason = new Error("stop it");
    await expect(chatToEnd(model, contractRequest, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("hanging", "aborting in the middle rejects with the signal's reason", async (model) => {
    const controller = new AbortController();
    const reason = new Error("stop it");
    const stream = model.chat(contractRequest, controller.signal);
    expect((await stream.next()).done).toBe(false);
    setTimeout(() => controller.abort(reason), 20);
    await expect(
      (async () => {
        while (!(await stream.next()).done);
      })(),
    ).rejects.toBe(reason);
  });
}
