// A plan comes first: nothing is changed before a person has approved one, a remark means a new one, an edited one is what is done; the
// same from behind every event.
import type { ModelReply, Plan, RunTool, TaskEvent, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { foldAll } from "../fold/fold.ts";
import { append, type Script, simulateRun } from "./simulated-run.ts";

const spec: TaskSpec = {
  repositoryId: "rep_0" as never,
  instruction: "tidy up",
  workflow: "edit",
  priority: 5,
  limits: { steps: 20, wallClockMs: 600_000, tokens: 1_000_000 },
  applyTarget: "checkout",
  base: "head",
  plan: true,
};
const tool = (name: string, effect: RunTool["effect"]): RunTool => ({
  name,
  effect,
  description: name,
  parameters: { type: "object", properties: {} },
});
const reply = (...names: string[]): ModelReply => ({
  content: "",
  thinking: "",
  toolCalls: names.map((name, index) => ({ id: `x${index}`, name, arguments: { path: "a", summary: "done" } })),
  finishReason: "stop",
  usage: { promptTokens: 100, outputTokens: 10, firstTokenMs: 1, totalMs: 2 },
});
const planOf = (...texts: string[]): Plan => ({
  steps: texts.map((text) => ({ text, state: "pending" as const })),
  filesToRead: [],
  filesToModify: ["a"],
  assumptions: [],
  tests: [],
});

function scriptOf(replies: ModelReply[]): Script & { ran: string[] } {
  const ran: string[] = [];
  return {
    spec,
    tools: [tool("read_file", "read"), tool("update_plan", "read"), tool("edit_file", "write"), tool("finish", "end")],
    planFirst: true,
    replies,
    ran,
    observe({ name }) {
      ran.push(name);
      const plan = name === "update_plan" ? { plan: planOf("look", "edit a") } : {};
      return { ok: true, observation: `did ${name}`, filesTouched: name === "edit_file" ? ["a"] : [], ...plan };
    },
  };
}
const decided = (accepted: boolean, answer = ""): TaskEvent => ({
  type: "approval.decided",
  approvalId: "apr_0" as never,
  answer,
  accepted,
  by: "ada",
});

describe("a plan first", () => {
  it("lets nothing be changed before it is approved, not even in the reply that holds the plan", () => {
    const script = scriptOf([reply("edit_file"), reply("update_plan", "edit_file")]);
    const run = simulateRun(script);
    expect(script.ran).toEqual(["update_plan"]);
    expect(run.state).toMatchObject({ state: "waiting", planStage: "proposed", openApproval: { kind: "plan" } });
    expect(run.log.at(-1)?.event).toMatchObject({ kind: "plan", question: expect.stringContaining("2. [ ] edit a") });
    append(run.log, [decided(true)]);
    const rest = scriptOf([reply("edit_file"), reply("finish")]);
    const done = simulateRun(rest, run.log);
    expect(rest.ran).toEqual(["edit_file", "finish"]);
    expect(done.state.outcome?.type).toBe("finished");
  });

  it("makes another with the remark of who refused it", () => {
    const { log } = simulateRun(scriptOf([reply("update_plan")]));
    append(log, [decided(false, "leave a alone")]);
    const again = simulateRun(scriptOf([reply("edit_file"), reply("update_plan")]), log);
    expect(again.state).toMatchObject({ state: "waiting", planStage: "proposed" });
    const request = again.intents.findLast(({ intent }) => intent.type === "call_model")?.intent;
    expect(JSON.stringify(request)).toContain("The plan is not approved: leave a alone.");
  });

  it("goes on with the plan as a person changed it", () => {
    const { log } = simulateRun(scriptOf([reply("update_plan")]));
    append(log, [{ type: "plan.updated", plan: planOf("only edit b"), by: "ada" }, decided(true, "mind the tests")]);
    const done = simulateRun(scriptOf([reply("edit_file"), reply("finish")]), log);
    const request = JSON.stringify(done.intents.find(({ intent }) => intent.type === "call_model")?.intent);
    expect(request).toContain("The plan is approved, but changed. mind the tests\\nIt is now:\\n1. [ ] only edit b");
    expect(done.state.plan?.steps).toHaveLength(1);
  });

  it("ends by name where nobody decides, and plans anew when somebody says something", () => {
    const { log } = simulateRun(scriptOf([reply("update_plan")]));
    append(log, [{ ...decided(false, "nobody decided in time"), by: "outpost", how: "expired" } as TaskEvent]);
    const script = scriptOf([]);
    const ended = simulateRun(script, log);
    expect(script.ran).toEqual([]);
    expect(ended.state.outcome).toMatchObject({ type: "stopped", reason: "plan_expired" });
    append(log, [
      { type: "message.added", text: "I am back", by: "ada" },
      { type: "task.queued", reason: "message" },
    ]);
    const again = scriptOf([reply("edit_file"), reply("update_plan")]);
    expect(simulateRun(again, log).state).toMatchObject({ state: "waiting", planStage: "proposed" });
    expect(again.ran).toEqual(["update_plan"]);
  });

  it("is no word to search for, when it is approved without one", () => {
    const { log } = simulateRun(scriptOf([reply("update_plan")]));
    append(log, [decided(true)]);
    const silent = simulateRun(scriptOf([reply("finish")]), structuredClone(log));
    expect(
      silent.intents.flatMap(({ intent }) => (intent.type === "retrieve" ? [intent.query] : [])).join(),
    ).not.toMatch(/approved/);
    log.splice(-1, 1);
    append(log, [decided(true, "mind the carburettor")]);
    const said = simulateRun(scriptOf([reply("finish")]), log);
    const queries = said.intents.flatMap(({ intent }) => (intent.type === "retrieve" ? [intent.query] : []));
    expect(queries[0]).toContain("mind the carburettor");
    expect(queries.join()).not.toMatch(/approved/);
  });

  it("decides the same from behind every event", () => {
    const { log } = simulateRun(scriptOf([reply("read_file"), reply("update_plan")]));
    append(log, [decided(false, "smaller")]);
    const second = simulateRun(scriptOf([reply("update_plan")]), log);
    append(second.log, [decided(true)]);
    const whole = simulateRun(scriptOf([reply("edit_file"), reply("finish")]), second.log);
    for (let length = 1; length < whole.log.length; length++) {
      const cut = structuredClone(whole.log.slice(0, length));
      expect(decide(foldAll(cut))).toEqual(decide(foldAll(structuredClone(cut))));
    }
    for (const { at, intent } of whole.intents) expect(decide(foldAll(whole.log.slice(0, at)))).toEqual(intent);
  });
});
