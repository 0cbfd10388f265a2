// Models that fail in the middle of a task: it goes on with the next one or says why not, and the events tell the story.
import type { Task, TaskId } from "@outpost/protocol";
import { type OllamaTestAnswer, type OpenAiTestServer, startOpenAiTestServer } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder, type Scenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const edit = call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" });
const finish = call("finish", { summary: "Done." });
const cut: OllamaTestAnswer = { content: "I will now call the", fault: { type: "reset", afterChunks: 2 } };
const gone: OllamaTestAnswer = { content: "", fault: { type: "reset", afterChunks: 0 } };
const busy = { status: 503, error: "server busy, please try again" } as unknown as OllamaTestAnswer;

const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
  // The server is killed in the middle of its second answer, and is not started again.
  killed: ({ chatsBefore }) => [edit, cut][chatsBefore] ?? gone,
  slow: callsInOrder([{ content: "too late", delayBeforeHeadersMs: 5000 }]),
  "busy twice": ({ chatsBefore }) => [edit, busy, busy][chatsBefore] ?? finish,
  pinned: callsInOrder([edit, gone]),
  "pinned with others": callsInOrder([edit, gone]),
};
const goesOn = answerByScenario<object>({
  killed: ({ body }) => (JSON.stringify(body).includes("return a + b") ? finish : edit),
  slow: callsInOrder<object>([edit, finish]),
  "pinned with others": callsInOrder<object>([edit, finish]),
  unknown: callsInOrder<object>([edit, finish]),
});

let other: OpenAiTestServer;
let server: ScriptedServer;

beforeAll(async () => {
  other = await startOpenAiTestServer({ models: [{ name: "spare" }], flavour: "vllm", replies: goesOn });
  server = await startScriptedServer(answerByScenario(scenarios), {
    settings: {
      modelServers: { spare: { adapter: "openai", url: other.url } },
      model: "ollama/coder:7b",
      models: ["spare/spare"],
      modelFirstTokenTimeoutMs: 1000,
      workers: 4,
    },
  });
});
afterAll(async () => {
  await server?.close();
  await other?.close();
});

async function run(scenario: string, more: Partial<Pick<Task["spec"], "model" | "modelFallback">> = {}) {
  const id = await submitTask(server, `[${scenario}] Mend the calculator.`, more);
  const task = await taskEnd(server.client, id);
  return { task, ...(await storyOf(id)) };
}

async function storyOf(id: TaskId) {
  const events = await allEvents(server.client, id);
  return {
    failures: eventsOf(events, "model.failed").map(({ code, willRetry }) => ({ code, willRetry })),
    switches: eventsOf(events, "model.switched"),
    started: eventsOf(events, "run.started")[0],
  };
}

const toSpare = { from: { provider: "ollama", name: "coder:7b" }, to: { provider: "spare", name: "spare" } };

describe("a task", () => {
  it("goes on with the next model when the server is killed in the middle of an answer", async () => {
    const { task, failures, switches } = await run("killed");
    expect(task).toMatchObject({ state: "proposed" });
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every(({ code, willRetry }) => code === "unavailable" && willRetry)).toBe(true);
    expect(switches).toMatchObject([{ ...toSpare, reason: expect.stringMatching(/ollama|left alone/) }]);
  });

  it("goes on with the next model when the first token does not come in time", async () => {
    const { task, failures, switches } = await run("slow");
    expect(task).toMatchObject({ state: "proposed" });
    expect(failures.some(({ code }) => code === "timeout") || switches[0]?.step === 0).toBe(true);
    expect(switches).toMatchObject([toSpare]);
  });

  it("that names its model stops by name, with what it has, and waits for a word", async () => {
    const { task, failures, switches } = await run("pinned", { model: "ollama/coder:7b" });
    expect(task).toMatchObject({ state: "stopped", outcome: { reason: "model_unavailable" } });
    expect(failures.at(-1)).toEqual({ code: "unavailable", willRetry: false });
    expect(switches).toEqual([]);
  });

  it("that names its model and allows others goes on with them", async () => {
    const { task, switches } = await run("pinned with others", { model: "ollama/coder:7b", modelFallback: true });
    expect(task).toMatchObject({ state: "proposed" });
    expect(switches).toMatchObject([toSpare]);
  });

  it("says from the start why it does not work with the model it names", async () => {
    const { task, switches, started } = await run("unknown", { model: "ollama/nothing:1b", modelFallback: true });
    expect(task).toMatchObject({ state: "proposed" });
    expect(started?.model).toMatchObject({ provider: expect.any(String) });
    expect(switches[0]).toMatchObject({ step: 0, from: { provider: "ollama", name: "nothing:1b" } });
    expect(switches[0]?.reason).toMatch(/"nothing:1b".*"coder:7b".*ollama pull nothing:1b/);
  });
});

describe("a server that was busy twice", () => {
  it("is asked again, and the task ends well", async () => {
    // Whatever failed before has been forgotten by a model that answers again.
    await until("the model's rest", async () => {
      const { items } = await server.client.call("listModels", {});
      return items.find(({ name }) => name === "coder:7b")?.health.circuit !== "open" || undefined;
    });
    const { task, failures, switches } = await run("busy twice", { model: "ollama/coder:7b" });
    expect(task).toMatchObject({ state: "proposed" });
    expect(failures.filter(({ code }) => code === "unavailable").length).toBeGreaterThanOrEqual(2);
    expect(switches).toEqual([]);
  });
});

describe("the list of models", () => {
  it("says what each has cost, how it failed, and its place in the chain", async () => {
    const { items } = await server.client.call("listModels", {});
    const find = (name: string) => items.find((item) => item.name === name);
    expect(find("coder:7b")).toMatchObject({
      place: 1,
      isThere: true,
      usage: { failures: { unavailable: expect.any(Number) } },
    });
    expect(find("spare")).toMatchObject({ provider: "spare", place: 2, usage: { calls: expect.any(Number) } });
    expect(find("rules")).toMatchObject({ place: null });
    const usage = find("spare")?.usage;
    expect(usage?.promptTokens).toBeGreaterThan(100);
    expect(usage?.outputTokens).toBeGreaterThan(0);
  });

  it("names what there is when one is asked for that is not", async () => {
    const asked = server.client.call("showModel", { query: { name: "ollama/gone" } });
    await expect(asked).rejects.toThrow(/"gone".*"coder:7b"/);
  });
});

describe("a test of a model", () => {
  it("is a job whose report is kept and becomes part of the profile", async () => {
    let job = await server.client.call("startModelJob", { body: { kind: "test", model: "rules" } });
    job = await until("the end of the test", async () => {
      const now = await server.client.call("getModelJob", { params: { jobId: job.id } });
      return now.state === "running" ? undefined : now;
    });
    expect(job).toMatchObject({ state: "done", report: { provider: "rules", results: expect.any(Array) } });
    expect(job.report?.results).toHaveLength(32);
    const { model, test } = await server.client.call("showModel", { query: { name: "rules" } });
    expect(test).toEqual(job.report);
    expect(model).toMatchObject({ testedAtMs: test?.testedAtMs, conduct: test?.conduct });
  });
});
