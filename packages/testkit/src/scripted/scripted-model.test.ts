import { OutpostError } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import {
  type ChatModelScenario,
  chatToEnd,
  contractRequest,
  describeChatModelContract,
} from "../contracts/chat-model.ts";
import { createScriptedModel, type ScriptedReply } from "./scripted-model.ts";

const scripts: Partial<Record<ChatModelScenario, ScriptedReply>> = {
  text: { content: "In src/app.ts." },
  thinking: { thinking: "Where?", content: "In src/app.ts." },
  call: { toolCalls: [{ id: "call_2", name: "read_file", arguments: { path: "src/app.ts" } }] },
  cut: { content: "In", finishReason: "cut" },
  length: { content: "In", finishReason: "length" },
  no_tools: new OutpostError("invalid_input", "no tools", { details: { reason: "no_tools" } }),
  window: new OutpostError("invalid_input", "too long", { details: { reason: "window" } }),
  busy: new OutpostError("unavailable", "busy", { retryable: true }),
  silent: new OutpostError("timeout", "nothing came"),
};

describeChatModelContract({
  name: "scripted",
  without: ["unknown_model", "refused", "hanging"],
  open: async (scenario) => ({ model: createScriptedModel([scripts[scenario] ?? {}]) }),
});

describe("a script", () => {
  it("fails when it runs dry", async () => {
    const model = createScriptedModel([{ content: "one" }]);
    await chatToEnd(model);
    expect(() => model.finish()).not.toThrow();
    await expect(chatToEnd(model)).rejects.toThrow("no reply left");
    expect(() => model.finish()).toThrow("asked more often");
  });

  it("fails when it has replies left", () => {
    expect(() => createScriptedModel([{ content: "one" }]).finish()).toThrow("1 replies left");
  });

  it("sees the requests, and hangs until it is aborted", async () => {
    const model = createScriptedModel([(request) => ({ content: `${request.messages.length}` }), "hang"]);
    expect((await chatToEnd(model)).reply.content).toBe(`${contractRequest.messages.length}`);
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 10);
    await expect(chatToEnd(model, contractRequest, controller.signal)).rejects.toBe(reason);
    expect(model.requests).toEqual([contractRequest, contractRequest]);
  });
});
