// A GGUF file through the real engine, in a child of its own. Where node-llama-cpp is not installed these are skipped, and counted as such:
// OUTPOST_LLAMA_DATA names a data directory into which `outpost models install-llama` put it.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChatModel, ChatRequest, ModelProvider } from "@outpost/core";
import type { ToolSchema } from "@outpost/protocol";
import { writeTinyGguf } from "@outpost/testkit";
import { chatToEnd } from "@outpost/testkit/contracts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { adapter } from "../adapters/llama.ts";
import { findProblem } from "../reply/json-schema.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const installed = process.env["OUTPOST_LLAMA_DATA"];
const signal = new AbortController().signal;
const text = { type: "string", maxLength: 40 };
const tools: ToolSchema[] = [
  {
    name: "read_file",
    description: "Reads a file.",
    parameters: {
      type: "object",
      properties: { path: text, start_line: { type: "integer", minimum: 0 } },
      required: ["path"],
    },
  },
  {
    name: "search_code",
    description: "Searches.",
    parameters: {
      type: "object",
      properties: { query: text, mode: { type: "string", enum: ["text", "regex"] }, whole: { type: "boolean" } },
      required: ["query", "mode"],
    },
  },
  {
    name: "run_command",
    description: "Runs a program.",
    parameters: {
      type: "object",
      properties: { argv: { type: "array", items: text, minItems: 1, maxItems: 4 }, limit: { type: "number" } },
      required: ["argv"],
    },
  },
];
const request = (said: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [
    { role: "system", content: "You are a test." },
    { role: "user", content: said },
  ],
  ...{ tools: [], windowTokens: 2048, maxOutputTokens: 1000 },
  ...more,
});

let dataDirectory = "";
let provider: ModelProvider;

async function open(): Promise<ChatModel> {
  return provider.open("tiny", signal);
}

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "outpost-llama-"));
  await mkdir(join(dataDirectory, "models"));
  await writeTinyGguf(join(dataDirectory, "models", "tiny.gguf"));
  await writeFile(join(dataDirectory, "models", "broken.gguf"), "GGUF and nothing else that makes sense of it");
  if (installed) await symlink(join(installed, "optional"), join(dataDirectory, "optional"));
  const modulePath = join(dataDirectory, "child.ts");
  await writeFile(
    modulePath,
    `import { runLlamaProcess } from ${JSON.stringify(new URL("./child.ts", import.meta.url).href)};\nrunLlamaProcess();\n`,
  );
  provider = adapter.createProvider({
    ...{ name: "llama", dataDirectory, windowTokens: 2048, probeTimeoutMs: 1000, threads: 1 },
    childEntry: { modulePath, execArgv: ["--import", import.meta.resolve("tsx")] },
  });
});
afterAll(async () => {
  await provider?.close?.();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe.skipIf(!installed)(
  "a GGUF file in a process of its own [needs node-llama-cpp: outpost models install-llama]",
  () => {
    it("writes 100 of 100 replies that parse, each a call that fits its tool's schema or an answer", async () => {
      const model = await open();
      const names = new Set<string>();
      const counts = { calls: 0, answers: 0 };
      for (let at = 0; at < 100; at++) {
        // One tool less each time, so that each of them is met.
        const offered = [tools[at % 3], tools[(at + 1) % 3]].filter((tool) => tool !== undefined);
        const { reply } = await chatToEnd(model, request(`task number ${at * 7919}`, { tools: offered }));
        expect(reply.finishReason).toBe("stop");
        const [call] = reply.toolCalls;
        counts[call ? "calls" : "answers"] += 1;
        if (!call) expect(reply.content).not.toBe("");
        const tool = offered.find(({ name }) => name === call?.name);
        if (call) expect(tool && findProblem(call.arguments, tool.parameters)).toBeUndefined();
        if (call && tool) names.add(call.name);
      }
      console.info(`of 100 replies under the grammar ${counts.calls} are calls, ${counts.answers} plain answers`);
      expect(names.size).toBeGreaterThan(1);
      expect(counts.calls).toBeGreaterThan(0);
    });

    it("keeps to a schema of one's own, and writes freely without one", async () => {
      const model = await open();
      const responseSchema = {
        type: "object",
        properties: { kind: { enum: ["a", "b"] }, note: text },
        required: ["kind"],
      };
      const { reply } = await chatToEnd(model, request("say", { responseSchema }));
      expect(findProblem(JSON.parse(reply.content), responseSchema)).toBeUndefined();
      const free = await chatToEnd(model, request("say", { maxOutputTokens: 40 }));
      expect(free.reply.usage.outputTokens).toBeGreaterThan(0);
      expect(free.deltas.map((delta) => delta.text).join("")).toBe(free.reply.content + free.reply.thinking);
    });

    it("refuses a prompt that is over the window", async () => {
      const refused = chatToEnd(await open(), request("word ".repeat(2000)));
      await expect(refused).rejects.toMatchObject({ code: "invalid_input", details: { reason: "window" } });
    });

    it("makes no call of one that was cut", async () => {
      const { reply } = await chatToEnd(await open(), request("go", { tools, maxOutputTokens: 12 }));
      expect(reply).toMatchObject({ finishReason: "length", toolCalls: [] });
    });

    it("ends with the signal's reason, and answers the next", async () => {
      const model = await open();
      const controller = new AbortController();
      const reason = new Error("stop it");
      const stream = model.chat(request("go on", { maxOutputTokens: 1500 }), controller.signal);
      expect((await stream.next()).done).toBe(false);
      controller.abort(reason);
      const rest = (async () => {
        while (!(await stream.next()).done);
      })();
      await expect(rest).rejects.toBe(reason);
      expect((await chatToEnd(model, request("and now", { tools }))).reply.finishReason).toBe("stop");
    });

    it("lists what there is, and says what is wrong with a file that is none", async () => {
      expect((await provider.list(signal)).map(({ name }) => name)).toContain("tiny");
      const model = await provider.open("broken", signal);
      await expect(chatToEnd(model, request("hello"))).rejects.toMatchObject({ code: "unavailable" });
    });
  },
);

describe("a GGUF file", () => {
  it("that is not there is answered with those that are", async () => {
    await expect(provider.open("other", signal)).rejects.toThrow(/no model file "other" in .*"tiny\.gguf"/);
  });

  it("cannot be run before something is installed for it", async () => {
    const bare = adapter.createProvider({
      name: "llama",
      dataDirectory: join(dataDirectory, "models", ".."),
      probeTimeoutMs: 1,
    });
    await expect(bare.open("tiny", signal)).rejects.toThrow(/outpost models install-llama/);
  });
});
