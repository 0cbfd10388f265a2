// Words of a model beside those of a query: asked for by a search, and once by each run for what its task is about.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SearchRequest } from "@outpost/protocol";
import type { OllamaTestReply } from "@outpost/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import type { TestSettings } from "./start-test-server.ts";

const files = {
  "src/pause.ts":
    "export function backoffDelay(tries: number): number {\n  return Math.min(60_000, 100 * 2 ** tries);\n}\n",
  "src/paint.ts": "export function mixColours(a: number, b: number): number {\n  return (a + b) / 2;\n}\n",
  "src/greet.ts": "export function greet(name: string): string {\n  return name;\n}\n",
};
const query = "he who is sent away comes again, each visit later than before";
const answer = {
  content: '{"names": ["backoffDelay"], "words": ["retry", "tries"]}',
};
const finish: OllamaTestReply = { toolCalls: [{ name: "finish", arguments: { summary: "looked" } }] };

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(replies: OllamaTestReply[], settings: TestSettings = {}): Promise<ScriptedServer> {
  server = await startScriptedServer(replies, { files, settings });
  return server;
}

function search(more: Partial<SearchRequest>) {
  const { client, repository } = server as ScriptedServer;
  return client.call("search", { body: { repositoryId: repository.id, query, limit: 3, ...more } });
}

/** The steps of a task that asks the query. */
async function stepsOf(running: ScriptedServer) {
  const id = await submitTask(running, query, { workflow: "ask" });
  await taskEnd(running.client, id);
  return eventsOf(await allEvents(running.client, id), "step.started");
}

describe("a search with a model's words", () => {
  it("finds what the query tells in other words, says whose words they were, and asks only once", async () => {
    const { ollama } = await start([answer]);
    const found = await search({ expand: true });
    expect(found.hits[0]?.path).toBe("src/pause.ts");
    expect(found.expansion).toMatchObject({
      model: "ollama/coder:7b",
      names: ["backoffDelay"],
      words: ["retry", "tries"],
    });
    expect(found.expansion?.usage?.totalMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(ollama.chats[0]?.body)).toContain(query);
    expect(JSON.stringify(ollama.chats[0]?.body)).toContain("typescript");
    const again = await search({ expand: true });
    expect(again.hits.map(({ path }) => path)).toEqual(found.hits.map(({ path }) => path));
    expect(again.expansion).not.toHaveProperty("usage");
    expect(ollama.chats).toHaveLength(1);
    expect((await search({})).expansion).toBeUndefined();
  });

  it("keeps known secrets from the model and from whoever reads what it said", async () => {
    const directory = await mkdtemp(join(tmpdir(), "outpost-secret-"));
    try {
      const secret = "zq81kfTTw02mXvbe77Lr";
      await writeFile(join(directory, "secret"), secret);
      const saysIt = { content: JSON.stringify({ names: [secret, "backoffDelay"], words: [] }) };
      const { ollama } = await start([saysIt], { secretFiles: [join(directory, "secret")] });
      const found = await search({ expand: true, query: `${query}, says ${secret}` });
      expect(found.expansion?.names).toContain("backoffDelay");
      for (const said of [found, ollama.chats[0]?.body]) expect(JSON.stringify(said)).not.toContain(secret);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("takes words that the request brings, and asks nobody", async () => {
    const { ollama } = await start([]);
    const expansion = { names: ["mixColours"], words: ["blend"] };
    const found = await search({ expansion });
    expect(found.hits[0]?.path).toBe("src/paint.ts");
    expect(found.expansion).toEqual({ ...expansion, model: null });
    expect(ollama.chats).toEqual([]);
  });

  it("goes without where the model does not answer, answers nothing, or takes too long, and says so", async () => {
    const stalled = { content: "{", fault: { type: "stall" as const, afterChunks: 0 } };
    const replies = [{ status: 500, error: "out of memory" }, { content: "..." }, stalled];
    await start(replies, { expansionTimeoutMs: 1500 });
    const plain = await search({});
    const whys = ["out of memory", "named none", "1500 ms"];
    for (const [at, why] of whys.entries()) {
      const found = await search({ expand: true, query: `${query}${" again".repeat(at)}` });
      expect(found.coverage.notes.join()).toMatch(`searched without a model's words: `);
      expect(found.coverage.notes.join()).toContain(why);
      expect(found.expansion?.names.length ?? 0).toBe(0);
      if (at === 0) expect(found.hits.map(({ path }) => path)).toEqual(plain.hits.map(({ path }) => path));
    }
  });

  it("stops asking when whoever searches is gone", async () => {
    const { ollama } = await start([{ content: "{", fault: { type: "stall", afterChunks: 0 } }]);
    const { client, repository } = server as ScriptedServer;
    const gone = new AbortController();
    const body = { repositoryId: repository.id, query, limit: 3, expand: true };
    const searching = client.call("search", { body, signal: gone.signal });
    while (ollama.chats.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gone.abort(new Error("enough"));
    await expect(searching).rejects.toThrow("enough");
    await ollama.waitForAbort();
  });

  it("refuses a model that there is not, two sources of words, and who may only read", async () => {
    const { request, client, repository } = await start([]);
    await expect(search({ expand: true, model: "ollama/nobody:1b" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(search({ model: "coder:7b" })).rejects.toMatchObject({ code: "invalid_input" });
    const expansion = { names: [], words: ["retry"] };
    await expect(search({ expand: true, expansion })).rejects.toMatchObject({ code: "invalid_input" });
    const { token: secret } = await client.call("createToken", { body: { name: "reader", scopes: ["read"] } });
    const ask = (body: object) =>
      request("/v1/search", {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ repositoryId: repository.id, query, ...body }),
      });
    expect((await ask({ expand: true })).status).toBe(403);
    expect((await ask({ expansion })).status).toBe(200);
    const rules = await search({ expand: true, model: "rules" });
    expect(rules.coverage.notes.join()).toContain("built-in rules");
  });
});

describe("a run with a model's words", () => {
  it("asks once for what the task is about, looks for them at every step, and counts what that took", async () => {
    const look: OllamaTestReply = { toolCalls: [{ name: "list_directory", arguments: { path: "." } }] };
    const { ollama } = await start([answer, look, finish], { expandGoals: true });
    const steps = await stepsOf(server as ScriptedServer);
    expect(steps.map(({ expansion }) => expansion?.names)).toEqual([["backoffDelay"], undefined]);
    for (const { hits } of steps) expect(hits[0]?.path).toBe("src/pause.ts");
    expect(ollama.chats).toHaveLength(3);
    expect(JSON.stringify(ollama.chats[1])).not.toContain("You help to search code");
    const spent = (steps[0]?.expansion?.usage?.promptTokens ?? 0) + (steps[0]?.expansion?.usage?.outputTokens ?? 0);
    expect(spent).toBeGreaterThan(0);
  });

  it("asks nobody where its task says so, also when it goes on with what it is told", async () => {
    const { ollama, client } = await start([finish, finish], { expandGoals: true });
    const id = await submitTask(server as ScriptedServer, query, { workflow: "ask", expandGoal: false });
    await taskEnd(client, id);
    await client.call("addMessage", { params: { taskId: id }, body: { text: "look once more" } });
    const task = await taskEnd(client, id);
    expect(task).toMatchObject({ attempt: 2, spec: { expandGoal: false } });
    const steps = eventsOf(await allEvents(client, id), "step.started");
    expect(steps.map(({ expansion }) => expansion)).toEqual([undefined, undefined]);
    expect(ollama.chats).toHaveLength(2);
  });

  it("says that it has begun before it asks, and is cancelled while it asks", async () => {
    const stalled = { content: "{", fault: { type: "stall" as const, afterChunks: 0 } };
    const { ollama, client } = await start([stalled], { expandGoals: true });
    const id = await submitTask(server as ScriptedServer, query, { workflow: "ask" });
    while (ollama.chats.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await allEvents(client, id)).map(({ event }) => event.type)).toContain("run.started");
    await client.call("cancelTask", { params: { taskId: id } });
    expect((await taskEnd(client, id)).state).toBe("cancelled");
    await ollama.waitForAbort();
  });

  it("goes on without where the model names none, and does not ask again", async () => {
    const { ollama } = await start([{ content: "" }, finish], { expandGoals: true });
    const steps = await stepsOf(server as ScriptedServer);
    expect(steps).toMatchObject([{ expansion: { names: [], words: [] } }]);
    expect(steps[0]?.expansion?.usage?.promptTokens).toBeGreaterThan(0);
    expect(ollama.chats).toHaveLength(2);
  });
});
