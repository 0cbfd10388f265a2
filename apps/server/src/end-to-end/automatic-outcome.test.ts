// A task that may accept its own change does so when the same tests passed in the sandbox before and after, and never otherwise.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@outpost/client";
import type { SubmitTaskRequest } from "@outpost/protocol";
import type { OllamaTestAnswer } from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { calculatorFiles, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder, type Scenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const edit = call("edit_file", { path: "calculator.py", old: "def double(a):", new: "def double(a):  # twice" });
const finish = call("finish", { summary: "Said what double does." });
const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
  tested: callsInOrder([call("run_tests", {}), edit, call("run_tests", {}), finish]),
  untested: callsInOrder([edit, finish]),
};

let server: ScriptedServer;
beforeAll(async () => {
  const files = { ...calculatorFiles, "calculator.py": mendedCalculator };
  server = await startScriptedServer(answerByScenario(scenarios), { files, settings: { windowTokens: 32_768 } });
});
afterAll(() => server?.close());

const onDisk = () => readFile(join(server.project.path, "calculator.py"), "utf8");
const spec = (scenario: string, more: Partial<SubmitTaskRequest> = {}) => ({
  ...{ repositoryId: server.repository.id, instruction: `[${scenario}] Say what double does.`, auto: true },
  ...more,
});

it("is left to a person when no tests speak for the change, and says why", async () => {
  const { id } = await server.client.call("submitTask", { body: spec("untested") });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  const change = await server.client.call("getChange", { params: { taskId: id, revision: "latest" } });
  expect(change.notAutomatic).toMatch(/no tests were run before the change/);
  expect(await onDisk()).toBe(mendedCalculator);
});

it("commits to its branch, or applies, when the same tests passed before and after", async () => {
  const branch = await server.client.call("submitTask", { body: spec("tested", { applyTarget: "branch" }) });
  const applied = await until("the branch", async () => {
    const task = await server.client.call("getTask", { params: { taskId: branch.id } });
    return task.state === "applied"
      ? eventsOf(await allEvents(server.client, branch.id), "change.applied")[0]
      : undefined;
  });
  expect(applied).toMatchObject({
    target: "branch",
    decision: { accepted: true, by: "auto" },
    commit: { pushedTo: null },
  });
  expect(await onDisk()).toBe(mendedCalculator);

  const { id } = await server.client.call("submitTask", { body: spec("tested") });
  await until("the checkout", async () => (await onDisk()).includes("# twice") || undefined);
  await until("the event", async () => eventsOf(await allEvents(server.client, id), "change.applied")[0]);
});

it("is refused to who may not decide, and where it makes no sense", async () => {
  const made = await server.client.call("createToken", { body: { name: "submitter", scopes: ["read", "submit"] } });
  const submitter = createClient({ baseUrl: server.url, token: made.token });
  await expect(submitter.call("submitTask", { body: spec("tested") })).rejects.toMatchObject({ code: "forbidden" });
  const schedule = { name: "nightly", everyMs: 3_600_000, spec: spec("tested") };
  await expect(submitter.call("createSchedule", { body: schedule })).rejects.toMatchObject({ code: "forbidden" });
  const dry = server.client.call("submitTask", { body: spec("tested", { dryRun: true }) });
  await expect(dry).rejects.toMatchObject({ code: "invalid_input" });
});
