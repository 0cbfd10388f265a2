// A machine without bubblewrap: commands are refused, with the reason and what to do; everything else works. And the same machine where the
// operator declared it to be the sandbox.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Repository, Task } from "@outpost/protocol";
import { createTempRepository, type OllamaTestServer, type TempRepository } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, taskEnd } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { startCoder } from "./scripted-server.ts";
import { startTestServer, type TestServer, type TestSettings } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const steps = [
  call("search_code", { query: "add two numbers" }),
  call("read_file", { path: "calculator.py" }),
  call("run_command", { argv: ["python3", "--version"] }),
  call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" }),
  call("finish", { summary: "It adds." }),
];

let ollama: OllamaTestServer;
let project: TempRepository;
let server: TestServer;
let repository: Repository;

async function start(settings: TestSettings): Promise<void> {
  server = await startTestServer({
    ...{ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1, bubblewrapPath: "/nonexistent/bwrap" },
    ...settings,
  });
  repository = await registerAndIndex(server.client, project.path);
}

async function runTask(): Promise<{ task: Task; observation: string }> {
  const body = { repositoryId: repository.id, instruction: "[mend] Adding gives wrong results." };
  const { id } = await server.client.call("submitTask", { body });
  const task = await taskEnd(server.client, id);
  const events = await allEvents(server.client, id);
  const calls = eventsOf(events, "tool.called").filter(({ name }) => name === "run_command");
  const returned = eventsOf(events, "tool.returned").find(({ callId }) => callId === calls[0]?.callId);
  return { task, observation: JSON.stringify(returned) };
}

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  ollama = await startCoder(answerByScenario({ mend: callsInOrder(steps) }, 60));
});
afterAll(async () => {
  await ollama?.close();
  await project?.remove();
});

describe("without a sandbox", () => {
  beforeAll(() => start({}));
  afterAll(() => server?.close());

  it("commands are refused with the reason, and the rest of the task is done", async () => {
    const { task, observation } = await runTask();
    expect(observation).toMatch(
      /commands are refused: bubblewrap: bubblewrap is not installed.*apt install bubblewrap/,
    );
    expect(observation).toContain('"ok":false');
    expect(task).toMatchObject({ state: "proposed", revision: 1 });
    const params = { taskId: task.id, revision: 1 };
    await server.client.call("decideChange", { params, body: { decision: "accept" } });
    expect(await readFile(join(project.path, "calculator.py"), "utf8")).toBe(mendedCalculator);
    await server.client.call("revertChange", { params });
  });

  it("search answers, and status and doctor say what is wrong", async () => {
    const body = { repositoryId: repository.id, query: "add two numbers", limit: 3 };
    const { hits } = await server.client.call("search", { body });
    expect(hits[0]).toMatchObject({ path: "calculator.py" });
    expect((await server.client.call("getStatus")).sandbox).toMatchObject({ kind: "none", ready: false });
    const { ok, checks } = await server.client.call("getDoctor");
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === "sandbox.bubblewrap")).toMatchObject({
      ok: false,
      fix: expect.stringContaining("apt install bubblewrap"),
    });
  });
});

describe("where the operator declared a sandbox", () => {
  beforeAll(() => start({ declaredSandbox: "the test machine" }));
  afterAll(() => server?.close());

  it("commands run, and status, doctor and the audit log name it", async () => {
    const { task, observation } = await runTask();
    expect(observation).toContain("Python 3");
    expect(task.state).toBe("proposed");
    const { sandbox } = await server.client.call("getStatus");
    expect(sandbox).toMatchObject({ kind: "declared", name: "the test machine", ready: true });
    const { checks } = await server.client.call("getDoctor");
    expect(checks.map(({ detail }) => detail).join()).toContain('declared "the test machine" to be the sandbox');
    const { items } = await server.client.call("listAudit", { query: { limit: 200 } });
    const named = items.filter(({ record }) => "sandbox" in record && record.sandbox === "declared: the test machine");
    expect(new Set(named.map(({ record }) => record.type))).toEqual(
      new Set(["server.started", "command.started", "command.ended"]),
    );
  });
});
