// What the wire can do beyond the port's contract: each fault of a real Ollama, played by the scripted server.
import { type OllamaScript, type OllamaTestReply, startOllamaTestServer } from "@outpost/testkit";
import { chatToEnd, contractRequest } from "@outpost/testkit/contracts";
import { describe, expect, it, vi } from "vitest";
import { createOllamaModel, type OllamaModelOptions } from "./model.ts";

const coder = { name: "coder:7b", capabilities: ["completion", "tools", "thinking"] };
const readApp = { name: "read_file", arguments: { path: "src/app.ts" } };
const readLib = { name: "read_file", arguments: { path: "src/lib.ts" } };

async function withServer<Value>(
  script: Partial<OllamaScript>,
  work: (
    model: ReturnType<typeof createOllamaModel>,
    server: Awaited<ReturnType<typeof startOllamaTestServer>>,
  ) => Promise<Value>,
  options: Partial<OllamaModelOptions> = {},
): Promise<Value> {
  const server = await startOllamaTestServer({ models: [coder], ...script });
  try {
    const value = await work(createOllamaModel({ baseUrl: server.url, name: coder.name, ...options }), server);
    await server.finish();
    return value;
  } finally {
    await server.close();
  }
}

const replyTo = (reply: OllamaTestReply, options: Partial<OllamaModelOptions> = {}) =>
  withServer({ replies: [reply] }, async (model) => (await chatToEnd(model)).reply, options);

describe("tool calls", () => {
  const calls = [{ ...readApp, id: null }, readLib];
  const shapes: Record<string, OllamaTestReply> = {
    "in a chunk each": { toolCalls: calls },
    "in one chunk": { toolCalls: calls, callChunks: "one" },
    "on the last chunk": { toolCalls: calls, callsOn: "done" },
    "behind text, byte by byte": { content: "ich schaue nach — é 🦊", toolCalls: calls, writeBytes: 1 },
  };
  for (const [title, shape] of Object.entries(shapes))
    it(`are read ${title}`, async () => {
      const reply = await replyTo(shape);
      expect(reply.toolCalls).toEqual([
        { id: "call_2", ...readApp },
        { id: "call_test0001", ...readLib },
      ]);
      expect(reply.content).toBe("content" in shape ? "ich schaue nach — é 🦊" : "");
    });

  it("with arguments as text are parsed, and left as they came where they are broken", async () => {
    const texts = ['{"path":"src/app.ts"}', '{"path":'];
    const reply = await replyTo({ toolCalls: texts.map((text) => ({ name: "read_file", arguments: text })) });
    expect(reply.toolCalls.map((call) => call.arguments)).toEqual([{ path: "src/app.ts" }, '{"path":']);
  });

  it("printed as text are taken out of it", async () => {
    const content = `I will look.\n<tool_call>\n${JSON.stringify(readApp)}\n</tool_call>`;
    expect(await replyTo({ content })).toMatchObject({
      content: "I will look.",
      toolCalls: [{ id: "call_2", ...readApp }],
    });
  });

  it("printed as text are left alone beside real ones, and inside thinking", async () => {
    const printed = `<tool_call>\n${JSON.stringify(readApp)}\n</tool_call>`;
    const beside = await replyTo({ content: printed, toolCalls: [readLib] });
    expect(beside.toolCalls).toMatchObject([readLib]);
    expect(await replyTo({ content: `<think>\n${printed}\n</think>\ndone` })).toMatchObject({
      content: "done",
      thinking: `\n${printed}\n`,
      toolCalls: [],
    });
    expect(await replyTo({ content: `I think\n${printed}\n</think>\n\ndone` })).toMatchObject({
      content: "done",
      toolCalls: [],
    });
  });
});

describe("requests", () => {
  it("name the same window every time, so that the model is loaded once", async () => {
    await withServer({ replies: [{ content: "a" }, { content: "b" }] }, async (model, server) => {
      await chatToEnd(model);
      await chatToEnd(model, { ...contractRequest, messages: contractRequest.messages.slice(0, 2), tools: [] });
      expect(server.loads).toEqual(["coder:7b 4096"]);
      expect(server.chats[0]?.body).toMatchObject({
        stream: true,
        truncate: false,
        shift: false,
        options: { num_ctx: 4096, num_predict: 512 },
      });
      expect(server.chats[0]?.body).not.toHaveProperty("think");
      expect(server.chats[1]?.body).not.toHaveProperty("tools");
    });
  });

  it("send a call back as a record when it came broken", async () => {
    await withServer({ replies: [{ content: "a" }] }, async (model, server) => {
      const messages = contractRequest.messages.map((message) =>
        message.role === "assistant"
          ? { ...message, toolCalls: [{ id: "call_1", name: "read_file", arguments: '{"pa' }] }
          : message,
      );
      await chatToEnd(model, { ...contractRequest, messages });
      expect(JSON.stringify(server.chats[0]?.body)).toContain('"name":"read_file","arguments":{}');
    });
  });
});

describe("streams that break", () => {
  const content = "one two three four five six";
  it("after text: the reply is cut", async () => {
    const faults = [
      { type: "end", afterChunks: 2 },
      { type: "error", afterChunks: 2, message: "an error was encountered while running the model: gone" },
      { type: "reset", afterChunks: 2 },
      { type: "garbage", afterChunks: 2 },
    ] as const;
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const fault of faults)
      expect(await replyTo({ content, fault }), fault.type).toMatchObject({
        content: "one two three fo",
        finishReason: "cut",
      });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("after a whole call: the call is kept", async () => {
    const reply = await replyTo({ toolCalls: [readApp], fault: { type: "end", afterChunks: 1 } });
    expect(reply).toMatchObject({ finishReason: "cut", toolCalls: [readApp] });
  });

  it("before anything came: unavailable, worth another try", async () => {
    const faults = [
      { type: "end", afterChunks: 0 },
      { type: "error", afterChunks: 0, message: "model runner has unexpectedly stopped" },
      { type: "reset", afterChunks: 0 },
      { type: "garbage", afterChunks: 0 },
    ] as const;
    for (const fault of faults)
      await expect(replyTo({ content, fault }), fault.type).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
      });
  });

  it("by falling silent: the reply is cut and the connection closed", async () => {
    await withServer(
      { replies: [{ content, fault: { type: "stall", afterChunks: 2 } }] },
      async (model, server) => {
        expect((await chatToEnd(model)).reply).toMatchObject({ content: "one two three fo", finishReason: "cut" });
        await server.waitForAbort();
      },
      { idleTimeoutMs: 100 },
    );
  });
});

describe("refusals", () => {
  it.each([
    [429, "slow down", "unavailable"],
    [500, "XML syntax error on line 7: expected element name after <", "unavailable"],
    [403, "", "forbidden"],
    [400, '"coder:7b" does not support thinking', "invalid_input"],
  ])("%d %s is %s", async (status, error, code) => {
    await expect(replyTo({ status, error })).rejects.toMatchObject({ code, retryable: code === "unavailable" });
  });

  it.each([
    [400, "the prompt is longer than the context length currently available to the model; shorten the prompt"],
    [500, "no user query found in messages"],
  ])("%d %s is about the window", async (status, error) => {
    await expect(replyTo({ status, error })).rejects.toMatchObject({ details: { reason: "window" } });
  });

  it("an unknown model: names those that exist and how to get it", async () => {
    await withServer({ models: [{ name: "qwen3:8b" }] }, async (model) => {
      await expect(chatToEnd(model)).rejects.toThrow(/"coder:7b".*"qwen3:8b".*`ollama pull coder:7b`/);
    });
  });

  it("never shows the password of an address", async () => {
    const model = createOllamaModel({ baseUrl: "http://ada:secret@127.0.0.1:1", name: "m" });
    const error: Error = await chatToEnd(model).then(
      () => new Error("it resolved"),
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ code: "unavailable" });
    expect(error.message).not.toContain("secret");
  });
});

describe("a server that cuts prompts silently", () => {
  const long = `Task (edit):\n${"please change this and that. ".repeat(800)}`;
  const messages = [contractRequest.messages[0] ?? { role: "system" as const, content: "" }];
  const request = { ...contractRequest, messages: [...messages, { role: "user" as const, content: long }] };

  it("is noticed by its count", async () => {
    const script: Partial<OllamaScript> = {
      models: [{ ...coder, cutsSilently: true }],
      replies: [{ content: "What can I do for you?" }],
      mayOverflow: true,
    };
    await withServer(script, async (model) => {
      await expect(chatToEnd(model, request)).rejects.toMatchObject({
        code: "invalid_input",
        details: { reason: "window" },
      });
    });
  });

  it("is not suspected where the prompt is far from the window, or no count came", async () => {
    for (const promptTokens of [12, null])
      expect(await replyTo({ content: "fine", promptTokens })).toMatchObject({ content: "fine" });
  });
});

describe("aborting", () => {
  it("closes the connection, whether the answer has begun or not", async () => {
    for (const reply of [
      { content: "never", delayBeforeHeadersMs: 3000 },
      { content: "one two three", fault: { type: "stall", afterChunks: 1 } } as const,
    ])
      await withServer({ replies: [reply] }, async (model, server) => {
        const reason = new Error("enough");
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 100);
        await expect(chatToEnd(model, contractRequest, controller.signal)).rejects.toBe(reason);
        await server.waitForAbort();
      });
  });

  it("happens when the reader stops reading", async () => {
    await withServer(
      { replies: [{ content: "one two", fault: { type: "stall", afterChunks: 1 } }] },
      async (model, server) => {
        for await (const _ of model.chat(contractRequest, new AbortController().signal)) break;
        await server.waitForAbort();
      },
    );
  });
});

describe("describe", () => {
  it("bounds the window by the trained length and by what is configured", async () => {
    const signal = new AbortController().signal;
    const window = (contextLength: number, windowTokens?: number) =>
      withServer(
        { models: [{ ...coder, contextLength }] },
        async (model) => (await model.describe(signal)).windowTokens,
        windowTokens === undefined ? {} : { windowTokens },
      );
    expect(await window(8192)).toBe(8192);
    expect(await window(131_072)).toBe(16_384);
    expect(await window(131_072, 65_536)).toBe(65_536);
    expect(await window(8192, 65_536)).toBe(8192);
  });

  it("reads what older servers do not list from the template", async () => {
    const signal = new AbortController().signal;
    const can = (template: string) =>
      withServer({ models: [{ ...coder, template }] }, async (model) => (await model.describe(signal)).canCallTools);
    expect(await can("{{ if .Tools }}x{{ end }}")).toBe(true);
    expect(await can("{{ .Prompt }}")).toBe(false);
  });
});
