// What the wire can do beyond the port's contract: each habit and fault of real servers, played by the scripted one.
import { type OpenAiScript, type OpenAiTestReply, startOpenAiTestServer } from "@outpost/testkit";
import { chatToEnd, contractRequest } from "@outpost/testkit/contracts";
import { describe, expect, it } from "vitest";
import { createOpenAiModel, type OpenAiModelOptions } from "./model.ts";

const coder = { name: "coder-7b" };
const readApp = { name: "read_file", arguments: { path: "src/app.ts" } };
const readLib = { name: "read_file", arguments: { path: "src/lib.ts" } };
const signal = new AbortController().signal;

type Server = Awaited<ReturnType<typeof startOpenAiTestServer>>;

async function withServer<Value>(
  script: Partial<OpenAiScript>,
  work: (model: ReturnType<typeof createOpenAiModel>, server: Server) => Promise<Value>,
  options: Partial<OpenAiModelOptions> = {},
): Promise<Value> {
  const server = await startOpenAiTestServer({ models: [coder], ...script });
  try {
    const value = await work(createOpenAiModel({ baseUrl: server.url, name: coder.name, ...options }), server);
    await server.finish();
    return value;
  } finally {
    await server.close();
  }
}

const replyTo = (reply: OpenAiTestReply, options: Partial<OpenAiModelOptions> = {}) =>
  withServer({ replies: [reply] }, async (model) => (await chatToEnd(model)).reply, options);

describe("tool calls", () => {
  const calls = [{ ...readApp, id: null }, readLib];
  const shapes: Record<string, OpenAiTestReply> = {
    "in pieces": { toolCalls: [readApp, readLib] },
    "in one piece each": { toolCalls: calls, callShape: "whole" },
    "in pieces without an index": { toolCalls: [readApp, readLib], callShape: "no-index" },
    "all with index 0": { toolCalls: [readApp, readLib], callShape: "zero-index" },
    "with id and name on every piece": { toolCalls: [readApp, readLib], callShape: "repeated" },
    "with the name on every piece and no index or id": {
      toolCalls: [
        { ...readApp, id: null },
        { ...readLib, id: null },
      ],
      callShape: "repeated",
    },
    "as records": { toolCalls: calls, callShape: "record" },
    "that end with stop": { toolCalls: calls, finishReason: "stop" },
    "without [DONE]": { toolCalls: calls, done: false },
    "between comments": { toolCalls: calls, comments: true },
    "with carriage returns": { toolCalls: calls, lineEnd: "\r\n" },
    "with events that stand close": { toolCalls: calls, crowded: true },
    "byte by byte": { toolCalls: calls, lineEnd: "\r\n", comments: true, writeBytes: 1, pieceCharacters: 30 },
    "all at once": { toolCalls: calls, unstreamed: true },
    "by the old name": {
      deltas: [
        { function_call: { name: "read_file", arguments: "" } },
        { function_call: { arguments: '{"path":"src/app.ts"}' } },
        { tool_calls: [{ index: 1, id: "b", function: readLibWire() }] },
      ],
    },
  };
  for (const [title, shape] of Object.entries(shapes))
    it(`are read ${title}`, async () => {
      const reply = await replyTo(shape);
      expect(reply.toolCalls.map(({ name, arguments: given }) => ({ name, arguments: given }))).toEqual([
        readApp,
        readLib,
      ]);
      expect(new Set(reply.toolCalls.map(({ id }) => id)).size).toBe(2);
      expect(reply).toMatchObject({ content: "", finishReason: "stop" });
    });

  function readLibWire() {
    return { name: "read_file", arguments: '{"path":"src/lib.ts"}' };
  }

  const piece = (called: Record<string, unknown>, more: Record<string, unknown> = { index: 0 }) => ({
    tool_calls: [{ ...more, function: called }],
  });
  it.each<[title: string, deltas: Record<string, unknown>[], given: unknown]>([
    ["null", [piece({ name: "read_file", arguments: null }), piece({ arguments: '{"path":"a"}' })], { path: "a" }],
    [
      "whole at the end once more",
      [piece({ name: "read_file", arguments: '{"path":"a"}' }), piece({ arguments: '{"path":"a"}' })],
      { path: "a" },
    ],
    ["as text in text", [piece({ name: "read_file", arguments: '"{\\"path\\":\\"a\\"}"' })], { path: "a" }],
    ["under another name", [piece({ name: "ReadFile", arguments: '{"file_path":"a"}' })], { path: "a" }],
    ["cut", [piece({ name: "read_file", arguments: '{"path":"src/a' })], '{"path":"src/a'],
    [
      "and names in halves",
      [piece({ name: "read_" }), piece({ name: "file", arguments: '{"path":"a"}' })],
      { path: "a" },
    ],
  ])("arguments may come %s", async (_, deltas, given) => {
    expect((await replyTo({ deltas })).toolCalls).toMatchObject([{ name: "read_file", arguments: given }]);
  });

  it("that were cut for their length are told from those that were not", async () => {
    const deltas = [piece({ name: "read_file", arguments: '{"path":"src/a' })];
    expect(await replyTo({ deltas, outputTokens: 512 })).toMatchObject({ finishReason: "length" });
    expect(await replyTo({ deltas, outputTokens: 20 })).toMatchObject({ finishReason: "stop" });
  });

  it("that were begun and not filled are dropped with the connection", async () => {
    const begun = [piece({ name: "read_file", arguments: "" })];
    const reply = await replyTo({ content: "I look.", deltas: begun, fault: { type: "end", afterChunks: 3 } });
    expect(reply).toMatchObject({ content: "I look.", toolCalls: [], finishReason: "cut" });
    const whole = await replyTo({ toolCalls: [readApp], fault: { type: "end", afterChunks: 5 } });
    expect(whole).toMatchObject({ toolCalls: [readApp], finishReason: "cut" });
  });

  it("printed as text are taken out of it", async () => {
    const content = `I will look.\n<function=read_file>\n<parameter=path>\nsrc/app.ts\n</parameter>\n</function>`;
    expect(await replyTo({ content })).toMatchObject({ content: "I will look.", toolCalls: [readApp] });
  });

  it("printed and cut are no answer", async () => {
    const content = '<tool_call>\n{"name": "read_file", "arguments": {"path": "src/a';
    expect(await replyTo({ content })).toMatchObject({ toolCalls: [], finishReason: "cut" });
  });
});

describe("thinking", () => {
  it.each(["reasoning_content", "reasoning"] as const)("comes as %s", async (thinkingField) => {
    const reply = await replyTo({ thinking: "where?", content: "there", thinkingField });
    expect(reply).toMatchObject({ thinking: "where?", content: "there" });
  });

  it("comes in the content, and as parts", async () => {
    expect(await replyTo({ content: "<think>where?</think>\n\nthere" })).toMatchObject({
      thinking: "where?",
      content: "there",
    });
    const deltas = [
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "where?" }] }] },
      { content: [{ type: "text", text: "there" }] },
    ];
    expect(await replyTo({ deltas })).toMatchObject({ thinking: "where?", content: "there" });
  });
});

describe("streams that break", () => {
  const content = "one two three four five six";
  it("after text: the reply is cut", async () => {
    const faults = [
      { type: "end", afterChunks: 3 },
      { type: "error", afterChunks: 3, message: "gone" },
      { type: "error", afterChunks: 3, message: "gone", named: true },
      { type: "reset", afterChunks: 3 },
      { type: "garbage", afterChunks: 3 },
    ] as const;
    for (const fault of faults)
      expect(await replyTo({ content, fault }), JSON.stringify(fault)).toMatchObject({
        content: "one two three fo",
        finishReason: "cut",
      });
  });

  it("before anything came: unavailable, worth another try", async () => {
    const faults = [
      { type: "end", afterChunks: 0 },
      { type: "end", afterChunks: 1 },
      { type: "error", afterChunks: 0, message: "slot unavailable" },
      { type: "error", afterChunks: 1, message: "overloaded", code: 529, named: true },
      { type: "reset", afterChunks: 1 },
      { type: "garbage", afterChunks: 0 },
    ] as const;
    for (const fault of faults)
      await expect(replyTo({ content, fault }), JSON.stringify(fault)).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
      });
  });

  it("with an error about the window inside: about the window", async () => {
    const message = "request (33056 tokens) exceeds the available context size (32768 tokens), try increasing it";
    await expect(replyTo({ fault: { type: "error", afterChunks: 0, message, code: 400 } })).rejects.toMatchObject({
      code: "invalid_input",
      details: { reason: "window" },
    });
  });

  it("by falling silent: the reply is cut and the connection closed", async () => {
    await withServer(
      { replies: [{ content, fault: { type: "stall", afterChunks: 3 } }] },
      async (model, server) => {
        expect((await chatToEnd(model)).reply).toMatchObject({ content: "one two three fo", finishReason: "cut" });
        await server.waitForAbort();
      },
      { idleTimeoutMs: 100 },
    );
  });
});

describe("a server that could not parse its model", () => {
  const raw = `I look.\n<tool_call>\n${JSON.stringify(readApp)}\n`;
  it("says what it wrote, and that is read", async () => {
    const message = `Failed to parse input at pos 8: ${raw}`;
    const replies: OpenAiTestReply[] = [
      { status: 500, error: message },
      { content: "I look.", fault: { type: "error", afterChunks: 2, message, code: 500 } },
    ];
    for (const reply of replies)
      expect(await replyTo(reply)).toMatchObject({ content: "I look.", toolCalls: [readApp], finishReason: "stop" });
  });

  it("is unavailable when nothing can be made of it", async () => {
    const error = "Failed to parse input at pos 8: <tool_call>{";
    await expect(replyTo({ status: 500, error })).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });
});

describe("refusals", () => {
  it.each([
    [429, "slow down", "unavailable"],
    [502, "<html>Bad Gateway</html>", "unavailable"],
    [401, "who are you", "unauthorized"],
    [403, "", "forbidden"],
    [422, "temperature must be at most 2", "invalid_input"],
    [404, "Not Found", "not_found"],
  ])("%d %s is %s", async (status, error, code) => {
    await expect(replyTo({ status, error })).rejects.toMatchObject({ code, retryable: code === "unavailable" });
  });

  it.each([
    [500, "Context size has been exceeded."],
    [400, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens"],
    [400, "Trying to keep the first 9000 tokens when context the overflows."],
  ])("%d %s is about the window", async (status, error) => {
    await expect(replyTo({ status, error })).rejects.toMatchObject({ details: { reason: "window" } });
  });

  it("an unknown model: names those that exist", async () => {
    await withServer({ models: [{ name: "qwen3-8b" }] }, async (model) => {
      await expect(chatToEnd(model)).rejects.toThrow(/"coder-7b".*"qwen3-8b"/);
    });
  });

  it("never show the key or the password of an address", async () => {
    const messageOf = (work: Promise<unknown>) =>
      work.then(
        () => "it resolved",
        (reason: Error) => `${reason.message} ${JSON.stringify(reason)}`,
      );
    const server = await startOpenAiTestServer({ models: [coder], apiKey: "right" });
    const wrong = createOpenAiModel({ baseUrl: server.url, name: coder.name, apiKey: "sk-secret" });
    const said = await messageOf(chatToEnd(wrong));
    expect(said).toContain("[redacted]");
    expect(said).not.toContain("sk-secret");
    await server.close();
    const gone = createOpenAiModel({ baseUrl: "http://ada:secret@127.0.0.1:1/v1", name: "m" });
    expect(await messageOf(chatToEnd(gone))).not.toContain("secret");
  });

  it("of a field that can be left out: the server is asked again without it, and remembered", async () => {
    const refusedFields = ["parallel_tool_calls", "stream_options", "max_tokens"];
    await withServer({ refusedFields, replies: [{ content: "a" }, { content: "b" }] }, async (model, server) => {
      await chatToEnd(model);
      const before = server.requests.length;
      expect((await chatToEnd(model)).reply.content).toBe("b");
      expect(server.requests.length).toBe(before + 1);
      expect(server.chats[1]?.body).toMatchObject({ max_completion_tokens: 512 });
    });
  });
});

describe("requests", () => {
  it("carry the key, and what servers need", async () => {
    await withServer(
      { apiKey: "right", replies: [{ content: "a" }] },
      async (model, server) => {
        await chatToEnd(model);
        expect(server.chats[0]?.body).toMatchObject({
          model: "coder-7b",
          stream: true,
          max_tokens: 512,
          parallel_tool_calls: true,
          stream_options: { include_usage: true },
        });
      },
      { apiKey: "right" },
    );
  });

  it("send a call back as a record when it came broken", async () => {
    await withServer({ replies: [{ content: "a" }] }, async (model, server) => {
      const messages = contractRequest.messages.map((message) =>
        message.role === "assistant"
          ? { ...message, toolCalls: [{ id: "call_1", name: "read_file", arguments: '{"pa' }] }
          : message,
      );
      await chatToEnd(model, { ...contractRequest, messages });
      expect(JSON.stringify(server.chats[0]?.body)).toContain('"name":"read_file","arguments":"{}"');
    });
  });

  it("find the API when only the host is given", async () => {
    const server = await startOpenAiTestServer({ models: [coder], replies: [{ content: "a" }] });
    const model = createOpenAiModel({ baseUrl: server.url.replace("/v1", ""), name: coder.name });
    expect((await chatToEnd(model)).reply.content).toBe("a");
    await server.finish();
  });
});

describe("the window", () => {
  const windowOf = (script: Partial<OpenAiScript>, windowTokens?: number) =>
    withServer(
      script,
      async (model) => (await model.describe(signal)).windowTokens,
      windowTokens === undefined ? {} : { windowTokens },
    );
  it.each(["llama.cpp", "vllm"] as const)("is what %s says", async (flavour) => {
    expect(await windowOf({ flavour, models: [{ ...coder, windowTokens: 8192 }] }, 16_384)).toBe(8192);
    expect(await windowOf({ flavour, models: [{ ...coder, windowTokens: 65_536 }] }, 16_384)).toBe(16_384);
    expect(await windowOf({ flavour, models: [{ ...coder, windowTokens: 65_536 }] })).toBe(65_536);
  });

  it("is what LM Studio says of a loaded model", async () => {
    const models = [{ ...coder, loaded: true, windowTokens: 4096 }];
    expect(await windowOf({ flavour: "lmstudio", models }, 16_384)).toBe(4096);
  });

  it("is the configured one where nobody says, or nothing is listed", async () => {
    expect(await windowOf({ flavour: "plain" }, 24_000)).toBe(24_000);
    expect(await windowOf({ flavour: "plain" })).toBe(16_384);
    expect(await windowOf({ unlisted: true }, 24_000)).toBe(24_000);
  });

  it("that is cut silently is noticed by its count", async () => {
    const long = `Task (edit):\n${"please change this and that. ".repeat(800)}`;
    const [system = { role: "system" as const, content: "" }] = contractRequest.messages;
    const request = { ...contractRequest, messages: [system, { role: "user" as const, content: long }] };
    const models = [{ ...coder, windowTokens: 4096, cutsSilently: true }];
    await withServer({ models, replies: [{ content: "What can I do?" }], mayOverflow: true }, async (model) => {
      await expect(chatToEnd(model, request)).rejects.toMatchObject({ details: { reason: "window" } });
    });
  });

  it("what llama.cpp says of its template is in the profile", async () => {
    const models = [{ ...coder, withoutTools: true }];
    await withServer({ flavour: "llama.cpp", models }, async (model) => {
      expect(await model.describe(signal)).toMatchObject({ canCallTools: false, canThink: true });
    });
  });
});

describe("aborting", () => {
  it("closes the connection, whether the answer has begun or not", async () => {
    for (const reply of [
      { content: "never", delayBeforeHeadersMs: 3000 },
      { content: "one two three", fault: { type: "stall", afterChunks: 2 } } as const,
    ])
      await withServer({ replies: [reply] }, async (model, server) => {
        const reason = new Error("enough");
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 100);
        await expect(chatToEnd(model, contractRequest, controller.signal)).rejects.toBe(reason);
        await server.waitForAbort();
      });
  });
});
