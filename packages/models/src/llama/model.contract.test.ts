// The adapter of GGUF files by the contract of all chat models: its child speaks the real messages, from a script instead of from llama.cpp.
// Calls and answers are under a grammar, so that there is no thinking; what is not there is known before there is a model (model.test.ts).
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ChatModelScenario,
  chatToEnd,
  contractRequest,
  describeChatModelContract,
} from "@outpost/testkit/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLlamaModel } from "./model.ts";
import { createLlamaProcess } from "./process.ts";

/** The path of the model file is the scenario. */
const child = `
const { modelPath } = JSON.parse(process.argv.at(-1));
const texts = {
  text: '{"answer": "It is in src/app.ts, line 3."}',
  call: '{"tool": "read_file", "arguments": {"path": "src/app.ts"}}',
  length: '{"answer": "It is',
  cut: '{"answer": "It is in the file',
  hanging: 'It is in',
};
const say = (message) => process.send(message);
process.on("disconnect", () => process.exit(0));
process.on("message", ({ type, id }) => {
  if (type === "abort") return say({ type: "error", id, message: "aborted" });
  if (modelPath === "silent") return;
  if (modelPath === "window") return say({ type: "too_long", id, promptTokens: 9000 });
  const text = texts[modelPath] ?? "";
  for (const piece of text.match(/[^]{1,9}/g) ?? []) say({ type: "piece", id, kind: "content", text: piece });
  if (modelPath === "hanging") return;
  if (modelPath === "cut" || modelPath === "dying") return setTimeout(() => process.exit(3), 30);
  const finishReason = modelPath === "length" ? "length" : "stop";
  say({ type: "done", id, text, thinking: "", finishReason, promptTokens: 20, outputTokens: 9 });
});
`;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-llama-child-"));
  await writeFile(join(folder, "child.mjs"), child);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(modelPath: string, limits: { firstTokenTimeoutMs?: number } = {}) {
  const llama = createLlamaProcess({
    entry: { modulePath: join(folder, "child.mjs"), execArgv: [] },
    settings: { moduleUrl: "", modelPath, windowTokens: 4096, threads: 1 },
    idleMs: 60_000,
  });
  const profile = { provider: "llama", name: "tiny", windowTokens: 4096, canCallTools: true, canThink: false };
  const model = createLlamaModel({
    profile,
    process: llama,
    firstTokenTimeoutMs: 20_000,
    idleTimeoutMs: 20_000,
    ...limits,
  });
  return { model, close: () => llama.close() };
}

const without: ChatModelScenario[] = ["thinking", "unknown_model", "no_tools", "busy", "refused", "hanging"];
describeChatModelContract({
  name: "llama",
  without,
  open: async (scenario) => open(scenario, scenario === "silent" ? { firstTokenTimeoutMs: 100 } : {}),
});

describe("a GGUF file", () => {
  const free = { ...contractRequest, tools: [] };

  it("that is asked without tools is heard piece by piece, and ends with the signal's reason", async () => {
    const { model, close } = open("hanging");
    const controller = new AbortController();
    const reason = new Error("stop it");
    const stream = model.chat(free, controller.signal);
    expect(await stream.next()).toEqual({ done: false, value: { kind: "content", text: "It is in" } });
    controller.abort(reason);
    await expect(stream.next()).rejects.toBe(reason);
    await close();
  });

  it("whose process dies is unavailable before its first word, and may be asked again", async () => {
    const { model, close } = open("dying");
    await expect(chatToEnd(model)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await expect(chatToEnd(model, free)).rejects.toMatchObject({ message: expect.stringContaining("exit code 3") });
    await close();
  });

  it("makes no call of one that was cut", async () => {
    const { model, close } = open("cut");
    expect((await chatToEnd(model)).reply).toMatchObject({
      content: "It is in the file",
      toolCalls: [],
      finishReason: "cut",
    });
    await close();
  });
});
