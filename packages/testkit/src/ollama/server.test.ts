// The test server itself: that it refuses what a real one refuses, and that it fails tests which should fail.
import { afterEach, describe, expect, it } from "vitest";
import type { OllamaScript } from "./script.ts";
import { type OllamaTestServer, startOllamaTestServer } from "./server.ts";

const servers: OllamaTestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(script: Partial<OllamaScript> = {}): Promise<OllamaTestServer> {
  const server = await startOllamaTestServer({
    models: [{ name: "m:7b" }, { name: "plain", capabilities: ["completion"] }],
    ...script,
  });
  servers.push(server);
  return server;
}

const good = {
  model: "m:7b",
  stream: true,
  truncate: false,
  shift: false,
  options: { num_ctx: 4096, num_predict: 100 },
  messages: [
    { role: "system", content: "s" },
    { role: "user", content: "hello" },
  ],
};

async function chat(
  server: OllamaTestServer,
  body: unknown,
): Promise<{ status: number; lines: Record<string, unknown>[] }> {
  const response = await fetch(`${server.url}/api/chat`, { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  return {
    status: response.status,
    lines: text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

describe("the wire", () => {
  it("streams lines that end with the counts", async () => {
    const server = await start({ replies: [{ content: "hello there, you" }] });
    const { lines } = await chat(server, good);
    expect(lines.map((line) => line["done"])).toEqual([false, false, true]);
    expect(lines.at(-1)).toMatchObject({ done_reason: "stop", prompt_eval_count: 11 });
    expect(server.chats[0]).toMatchObject({ promptTokens: 11, windowTokens: 4096, aborted: false });
    await server.finish();
  });

  const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
  const call = (given: unknown) => ({
    role: "assistant",
    content: "",
    tool_calls: [{ function: { name: "f", arguments: given } }],
  });
  it.each([
    ["an unknown model", { ...good, model: "x" }, 404, "model 'x' not found"],
    ["no model", { ...good, model: "" }, 400, "model is required"],
    [
      "tools for one without",
      { ...good, model: "plain", tools: [tool] },
      400,
      "registry.ollama.ai/library/plain does not support tools",
    ],
    [
      "arguments as text",
      { ...good, messages: [...good.messages, call("{}")] },
      400,
      "json: cannot unmarshal string into Go struct field",
    ],
    ["a bad option", { ...good, options: { num_ctx: "4096" } }, 500, 'option "num_ctx" must be of type integer'],
  ])("refuses %s", async (_, body, status, error) => {
    const server = await start();
    const reply = await chat(server, body);
    expect(reply.status).toBe(status);
    expect(reply.lines[0]?.["error"]).toContain(error);
  });

  it("knows its paths and methods", async () => {
    const server = await start();
    const status = async (method: string, path: string) => (await fetch(server.url + path, { method })).status;
    expect(await status("GET", "/")).toBe(200);
    expect(await status("HEAD", "/api/version")).toBe(200);
    expect(await status("GET", "/api/chat")).toBe(405);
    expect(await status("GET", "/api/nothing")).toBe(404);
    expect(await status("POST", "/api/chat")).toBe(400);
  });
});

describe("a test fails", () => {
  it("when the script runs dry, or has replies left", async () => {
    const dry = await start();
    await chat(dry, good);
    await expect(dry.finish()).rejects.toThrow("ran dry at chat 1");
    await expect((await start({ replies: [{}] })).finish()).rejects.toThrow("1 replies left");
  });

  const toolResult = { role: "tool", content: "x", tool_call_id: "c9" };
  it.each([
    ["no window", { ...good, options: { num_predict: 1 } }, "options.num_ctx is not set"],
    ["silent cutting", { ...good, truncate: undefined }, "truncate is not false"],
    ["no stream", { ...good, stream: false }, "stream is not true"],
    [
      "two system messages",
      { ...good, messages: [...good.messages, { role: "system", content: "" }] },
      "second system",
    ],
    ["a result without a name", { ...good, messages: [...good.messages, toolResult] }, "without tool_name"],
    [
      "a result of no call",
      { ...good, messages: [...good.messages, { ...toolResult, tool_name: "f" }] },
      "was not made",
    ],
    ["a tool without parameters", { ...good, tools: [{ type: "function", function: { name: "f" } }] }, "parameters"],
    ["an unknown field", { ...good, tool_choice: "auto" }, 'unknown field "tool_choice"'],
  ])("for %s", async (_, body, problem) => {
    const server = await start({ replies: [{ content: "x" }] });
    await chat(server, body);
    await expect(server.finish()).rejects.toThrow(problem);
  });

  it("when the prompt is over the window, unless that is the point", async () => {
    const long = { ...good, messages: [...good.messages, { role: "user", content: "word ".repeat(3000) }] };
    const server = await start();
    expect((await chat(server, long)).lines[0]?.["error"]).toContain(
      "exceeds the available context size (4096 tokens)",
    );
    await expect(server.finish()).rejects.toThrow("window 4096");
    const meant = await start({ mayOverflow: true });
    await chat(meant, long);
    await meant.finish();
  });
});
