// The test server itself: that it refuses what real ones refuse, and that it fails tests which should fail.
import { afterEach, describe, expect, it } from "vitest";
import type { OpenAiScript } from "./script.ts";
import { type OpenAiTestServer, startOpenAiTestServer } from "./server.ts";

const servers: OpenAiTestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(script: Partial<OpenAiScript> = {}): Promise<OpenAiTestServer> {
  const server = await startOpenAiTestServer({
    models: [{ name: "m" }, { name: "plain", withoutTools: true }],
    ...script,
  });
  servers.push(server);
  return server;
}

const good = {
  model: "m",
  stream: true,
  max_tokens: 100,
  messages: [
    { role: "system", content: "s" },
    { role: "user", content: "hello" },
  ],
};
const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
const call = (given: unknown, id = "abcdefgh1") => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name: "f", arguments: given } }],
});

async function chat(server: OpenAiTestServer, body: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/chat/completions`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

describe("the wire", () => {
  it("streams events that end with the reason, the counts and [DONE]", async () => {
    const server = await start({ replies: [{ content: "hello there, you" }] });
    const { text } = await chat(server, good);
    const events = text
      .trim()
      .split("\n\n")
      .map((event) => event.replace("data: ", ""));
    expect(events.at(-1)).toBe("[DONE]");
    expect(JSON.parse(events.at(-2) ?? "")).toMatchObject({ choices: [], usage: { prompt_tokens: 11 } });
    expect(JSON.parse(events.at(-3) ?? "")).toMatchObject({ choices: [{ delta: {}, finish_reason: "stop" }] });
    expect(server.chats[0]).toMatchObject({ promptTokens: 11, aborted: false });
    await server.finish();
  });

  it.each([
    ["an unknown model", { ...good, model: "x" }, 404, "does not exist"],
    ["no model", { ...good, model: "" }, 400, "model parameter"],
    ["tools for one without", { ...good, model: "plain", tools: [tool] }, 400, "does not support tools"],
    ["arguments as a record", { ...good, messages: [...good.messages, call({})] }, 400, "invalid tool call arguments"],
    ["arguments cut", { ...good, messages: [...good.messages, call('{"a":')] }, 400, "invalid tool call arguments"],
  ])("refuses %s", async (_, body, status, error) => {
    const reply = await chat(await start(), body);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(error);
  });

  it("knows its paths, and each flavour's own", async () => {
    const status = async (flavour: OpenAiScript["flavour"], path: string) =>
      (await fetch((await start(flavour ? { flavour } : {})).url.replace("/v1", path))).status;
    expect(await status("llama.cpp", "/props")).toBe(200);
    expect(await status("vllm", "/props")).toBe(404);
    expect(await status("lmstudio", "/api/v0/models")).toBe(200);
    expect(await status("plain", "/v1/models")).toBe(200);
  });
});

describe("a test fails", () => {
  it("when the script runs dry, or has replies left", async () => {
    const dry = await start();
    await chat(dry, good);
    await expect(dry.finish()).rejects.toThrow("ran dry at chat 1");
    await expect((await start({ replies: [{}] })).finish()).rejects.toThrow("1 replies left");
  });

  const system = { role: "system", content: "" };
  it.each([
    ["no limit", { ...good, max_tokens: undefined }, "max_tokens is not set"],
    ["no stream", { ...good, stream: false }, "stream is not true"],
    ["two system messages", { ...good, messages: [...good.messages, system] }, "second system"],
    ["an id that Mistral refuses", { ...good, messages: [...good.messages, call("{}", "call_1")] }, 'call id "call_1"'],
    [
      "a result of no call",
      { ...good, messages: [...good.messages, { role: "tool", content: "x", tool_call_id: "abcdefgh9" }] },
      "was not made",
    ],
    ["a tool without parameters", { ...good, tools: [{ type: "function", function: { name: "f" } }] }, "parameters"],
    ["an unknown field", { ...good, num_ctx: 4096 }, 'unknown field "num_ctx"'],
  ])("for %s", async (_, body, problem) => {
    const server = await start({ replies: [{ content: "x" }] });
    await chat(server, body);
    await expect(server.finish()).rejects.toThrow(problem);
  });

  it("when the prompt is over the window, unless that is the point", async () => {
    const long = { ...good, messages: [...good.messages, { role: "user", content: "word ".repeat(40_000) }] };
    const server = await start();
    expect((await chat(server, long)).text).toContain("exceeds the available context size (32768 tokens)");
    await expect(server.finish()).rejects.toThrow("window 32768");
    const meant = await start({ mayOverflow: true });
    await chat(meant, long);
    await meant.finish();
  });
});
