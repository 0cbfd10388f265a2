// A plan first, over HTTP: the task waits with it, a remark makes another, a person changes it, and its steps are tracked while they are
// done. By the rules model, and by a model over Ollama's wire.
import type { Approval, DecideApprovalRequest, TaskId } from "@outpost/protocol";
import { Plan } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenCalculator, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { call, messagesOf } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const plans = {
  first: { steps: ["read calculator.py", "mend add"], modify: ["calculator.py"], tests: ["test_calculator.py"] },
  second: { steps: ["mend add and nothing else"], modify: ["calculator.py"] },
};
const replies = [
  // Too early: it is told to plan.
  call("write_file", { path: "calculator.py", content: "" }),
  call("update_plan", plans.first),
  call("update_plan", plans.second),
  call("write_file", { path: "calculator.py", content: mendedCalculator }),
  call("update_plan", { ...plans.second, steps: ["[x] mend add, keep its name"] }),
  call("finish", { summary: "It adds." }),
];

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(replies);
});
afterAll(() => server?.close());

const submit = (instruction: string, model: string) => submitTask(server, instruction, { model, plan: true });
async function waitingPlan(taskId: TaskId, before?: string): Promise<Approval> {
  return until("the plan", async () => {
    const { items } = await server.client.call("listApprovals", { query: { taskId } });
    return items.find(({ id, kind }) => kind === "plan" && id !== before);
  });
}
const decide = (approvalId: string, body: Partial<DecideApprovalRequest>) =>
  server.client.call("decideApproval", { params: { approvalId }, body });
const stepsOf = async (taskId: TaskId) =>
  eventsOf(await allEvents(server.client, taskId), "plan.updated").map(({ plan }) =>
    plan.steps.map(({ text, state }) => `${state}: ${text}`),
  );

describe("a language model", () => {
  it("plans, plans again with the remark, and does the plan that the person wrote", async () => {
    const taskId = await submit("Adding is wrong.", "ollama/coder:7b");
    const first = await waitingPlan(taskId);
    expect(first.question).toBe(
      "1. [ ] read calculator.py\n2. [ ] mend add\nFiles to modify:\n- calculator.py\nTests to run:\n- test_calculator.py",
    );
    expect(first.expiresAtMs).toBeGreaterThan(first.requestedAtMs);
    await expect(decide(first.id, { remember: true })).rejects.toMatchObject({ code: "invalid_input" });
    await decide(first.id, { accepted: false, answer: "do less" });
    const second = await waitingPlan(taskId, first.id);
    const plan = Plan.parse({ steps: [{ text: "mend add, keep its name" }] });
    await expect(decide(second.id, { accepted: false, plan })).rejects.toMatchObject({ code: "invalid_input" });
    await decide(second.id, { plan });
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed" });
    expect(await stepsOf(taskId)).toEqual([
      ["pending: read calculator.py", "pending: mend add"],
      ["pending: mend add and nothing else"],
      ["pending: mend add, keep its name"],
      ["done: mend add, keep its name"],
    ]);
    const events = await allEvents(server.client, taskId);
    expect(eventsOf(events, "plan.updated").map(({ by }) => by)).toEqual(["model", "model", "local", "model"]);
    const prompts = server.ollama.chats.map(({ body }) => JSON.stringify(messagesOf(body)));
    expect(prompts[1]).toContain("there is no approved plan yet");
    expect(prompts[2]).toContain("The plan is not approved: do less.");
    expect(prompts[3]).toContain("It is now:\\n1. [ ] mend add, keep its name");
    await server.ollama.finish();
  });
});

describe("the rules model", () => {
  it("plans its forms, takes a remark in, and keeps the state of each step", async () => {
    const taskId = await submit('replace "a - b" with "a + b" in calculator.py', "rules");
    const first = await waitingPlan(taskId);
    expect(first.question).toContain('1. [ ] replace "a - b" with "a + b" in calculator.py\n2. [ ] run the tests');
    expect(first.question).toContain("Files to modify:\n- calculator.py");
    expect(first.question).toContain("Tests to run:\n- test_calculator.py");
    await decide(first.id, { accepted: false, answer: "also append '# end' to calculator.py" });
    const second = await waitingPlan(taskId, first.id);
    expect(second.question).toContain('append "# end" to calculator.py');
    await decide(second.id, {});
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed" });
    const steps = await stepsOf(taskId);
    expect(steps.at(-1)).toEqual([
      'done: replace "a - b" with "a + b" in calculator.py',
      'done: append "# end" to calculator.py',
      "done: run the tests",
    ]);
    expect(steps.length).toBe(5);
    const change = await server.client.call("getChange", { params: { taskId, revision: 1 } });
    expect(change.tests.map(({ phase, failed }) => [phase, failed])).toEqual([
      ["before", 2],
      ["after", 0],
    ]);
  });

  it("does what a person made of the plan", async () => {
    const taskId = await submit('replace "a - b" with "a * b" in calculator.py', "rules");
    const open = await waitingPlan(taskId);
    const steps = [{ text: "append '# changed' to calculator.py" }];
    await decide(open.id, { plan: Plan.parse({ steps }) });
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed" });
    const change = await server.client.call("getChange", { params: { taskId, revision: 1 } });
    expect(change).toMatchObject({ addedLines: 1, removedLines: 0 });
    expect(brokenCalculator).toContain("a - b");
  });

  it("plans from paths and words what it cannot do itself, and says so when it is approved", async () => {
    const taskId = await submit("Multiplication in calculator.py overflows; think of something.", "rules");
    const open = await waitingPlan(taskId);
    expect(open.question).toMatch(/^1\. \[ \] look at calculator\.py/);
    expect(open.question).toContain("needs a language model");
    await decide(open.id, {});
    expect(await taskEnd(server.client, taskId)).toMatchObject({
      state: "finished",
      outcome: { summary: expect.stringContaining("Nothing was changed") },
    });
  });
});
