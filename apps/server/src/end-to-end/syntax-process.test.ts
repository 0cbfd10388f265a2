// When the process of the syntax check lives: begun while a model answers a task that may edit, there for the next task, and never longer
// than its worker.
import type { OllamaTestAnswer } from "@outpost/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { findChildren, listProcesses } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder, type Scenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const broken = mendedCalculator.replace("return a + b", "return (a + b");
const scenarios: Record<string, Scenario<OllamaTestAnswer>> = {
  question: callsInOrder([{ content: "It adds." }]),
  silence: callsInOrder([{ content: "", fault: { type: "stall", afterChunks: 0 } }]),
  edit: callsInOrder([
    call("write_file", { path: "calculator.py", content: broken }),
    call("finish", { summary: "Done." }),
  ]),
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios));
});
afterAll(() => server?.close());

const findWorker = () => until("a worker", async () => (await findChildren(process.pid, "worker"))[0]);
const findParsers = async () => findChildren(await findWorker(), "parser");
const isThere = async (pid: number) => (await listProcesses()).some((process) => process.pid === pid);

async function sayOfEdit(): Promise<string> {
  const id = await submitTask(server, "[edit] Break it.");
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  return eventsOf(await allEvents(server.client, id), "tool.returned")[0]?.observation ?? "";
}

it("is not started for a task that only asks", async () => {
  const id = await submitTask(server, "[question] What does it do?", { workflow: "ask" });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "answered" });
  expect(await findParsers()).toEqual([]);
});

it("is started while the model has not said anything, and kept for the tasks that follow", async () => {
  const silent = await submitTask(server, "[silence] Mend it.");
  await until("a parser", async () => (await findParsers())[0]);
  await server.client.call("cancelTask", { params: { taskId: silent } });
  expect(await taskEnd(server.client, silent)).toMatchObject({ state: "cancelled" });
  // One that still loads a language when its task is cancelled is ended, so which of the two this is cannot be told before an edit.
  expect(await sayOfEdit()).toContain("the syntax of calculator.py is broken now");
  const kept = await findParsers();
  expect(kept).toHaveLength(1);
  expect(await sayOfEdit()).toContain("the syntax of calculator.py is broken now");
  expect(await findParsers()).toEqual(kept);
});

it("ends with a worker that is killed", async () => {
  const worker = await findWorker();
  const [pid = 0] = await findParsers();
  expect(await isThere(pid)).toBe(true);
  process.kill(worker, "SIGKILL");
  await until("the parser's end", async () => !(await isThere(pid)) || undefined);
  expect(await sayOfEdit()).toContain("the syntax of calculator.py is broken now");
});
