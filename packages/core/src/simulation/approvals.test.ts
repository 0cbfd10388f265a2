// A call that the policy does not simply allow: asked about and run once, refused with the reason, or denied at once; the same wherever
// a worker dies.
import type { EventEnvelope, ModelReply, RunTool, TaskEvent, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { foldAll } from "../fold/fold.ts";
import type { PlannedCall } from "../fold/state.ts";
import { append, type Script, type SimulatedRun, simulateRun } from "./simulated-run.ts";

const spec: TaskSpec = {
  repositoryId: "rep_0" as never,
  instruction: "tidy up",
  workflow: "edit",
  priority: 5,
  limits: { steps: 12, wallClockMs: 600_000, tokens: 1_000_000 },
  applyTarget: "checkout",
  base: "head",
};

const tool = (name: string, effect: RunTool["effect"]): RunTool => ({
  name,
  effect,
  description: name,
  parameters: { type: "object", properties: {} },
});

function reply(...calls: [name: string, given: Record<string, unknown>][]): ModelReply {
  return {
    content: "",
    thinking: "",
    toolCalls: calls.map(([name, given], index) => ({ id: `x${index}`, name, arguments: given })),
    finishReason: "stop",
    usage: { promptTokens: 100, outputTokens: 10, firstTokenMs: 1, totalMs: 2 },
  };
}

const edit: [string, Record<string, unknown>] = ["edit_file", { path: "a" }];
const remove: [string, Record<string, unknown>] = ["run_command", { argv: ["rm", "b"] }];
const finish: [string, Record<string, unknown>] = ["finish", { summary: "done" }];

function scriptOf(replies: ModelReply[], verdict: "ask" | "deny" = "ask"): Script & { ran: PlannedCall[] } {
  const ran: PlannedCall[] = [];
  return {
    spec,
    tools: [tool("edit_file", "write"), tool("run_command", "command"), tool("finish", "end")],
    replies,
    ran,
    judge: ({ name }) =>
      name === "run_command" ? { verdict, reason: "it deletes" } : { verdict: "allow", reason: "" },
    observe(call) {
      ran.push(call);
      return { ok: true, observation: `did ${call.name}`, filesTouched: call.name === "edit_file" ? ["a"] : [] };
    },
  };
}

const decided = (
  accepted: boolean,
  more: Partial<Extract<TaskEvent, { type: "approval.decided" }>> = {},
): TaskEvent => ({
  type: "approval.decided",
  approvalId: "apr_0" as never,
  answer: "",
  accepted,
  by: "ada",
  ...more,
});

const typesOf = (log: EventEnvelope[]) => log.map(({ event }) => event.type);
const observations = (run: SimulatedRun) =>
  run.state.history.flatMap((item) => (item.kind === "observation" ? [item.text] : []));

describe("a call that a person is asked about", () => {
  it("waits behind a checkpoint, without having been run", () => {
    const script = scriptOf([reply(edit, remove)]);
    const run = simulateRun(script);
    expect(run.state).toMatchObject({ state: "waiting", needsCheckpoint: false, openApproval: { kind: "command" } });
    expect(script.ran.map(({ name }) => name)).toEqual(["edit_file"]);
    expect(typesOf(run.log).slice(-3)).toEqual(["checkpoint.created", "tool.called", "approval.requested"]);
    expect(run.log.at(-1)?.event).toMatchObject({ subject: { toolName: "run_command", reason: "it deletes" } });
  });

  it("is run exactly once when it was accepted", () => {
    const script = scriptOf([reply(edit, remove), reply(finish)]);
    const { log } = simulateRun(script);
    append(log, [decided(true)]);
    const done = simulateRun({ ...script, replies: [reply(finish)] }, log);
    expect(script.ran.filter(({ name }) => name === "run_command")).toHaveLength(1);
    expect(observations(done)).toContain("did run_command");
    expect(done.state.outcome?.type).toBe("finished");
  });

  it("goes on the same from behind every event, and is never run twice unknowingly", () => {
    const script = scriptOf([reply(edit, remove), reply(finish)]);
    const first = simulateRun(script);
    append(first.log, [decided(true)]);
    const whole = simulateRun({ ...script, replies: [reply(finish)] }, structuredClone(first.log));
    for (let length = first.log.length; length < whole.log.length; length++) {
      const log = structuredClone(whole.log.slice(0, length));
      const wasCalled = log.some(({ event }) => event.type === "tool.called" && event.approvalId != null);
      const wasAnswered = log.some(
        ({ event }) => event.type === "tool.returned" && event.observation.includes("run_command"),
      );
      append(log, [{ type: "run.resumed", runId: "run_0" as never, fence: 2, reason: "the worker before was lost" }]);
      const again = scriptOf([reply(finish), reply(finish)]);
      const done = simulateRun(again, log);
      expect(again.ran.filter(({ name }) => name === "run_command").length, `behind ${length}`).toBe(wasCalled ? 0 : 1);
      if (wasCalled && !wasAnswered) expect(observations(done)).toContain("interrupted");
      expect(done.state.outcome?.type).toBe("finished");
    }
  });

  it("is an observation with the reason when it was refused", () => {
    const script = scriptOf([reply(remove), reply(finish)]);
    const { log } = simulateRun(script);
    append(log, [decided(false, { answer: "keep b" })]);
    const done = simulateRun({ ...script, replies: [reply(finish)] }, log);
    expect(script.ran).toHaveLength(1);
    expect(observations(done)[0]).toMatch(/refused it, saying: keep b/);
  });

  it("is refused when nobody decided in time", () => {
    const script = scriptOf([reply(remove)]);
    const { log } = simulateRun(script);
    append(log, [decided(false, { how: "expired", by: "outpost", answer: "nobody decided in time" })]);
    expect(observations(simulateRun({ ...script, replies: [reply(finish)] }, log))[0]).toMatch(
      /nobody allowed it in time/,
    );
  });

  it("is asked about again when the worker died before the question was stored", () => {
    const { log } = simulateRun(scriptOf([reply(remove)]));
    log.pop();
    append(log, [{ type: "run.resumed", runId: "run_0" as never, fence: 2, reason: "lost" }]);
    expect(decide(foldAll(log))).toMatchObject({ type: "ask_approval", subject: { reason: "it deletes" } });
  });

  it("is given up when the task was cancelled and goes on", () => {
    const script = scriptOf([reply(remove)]);
    const { log } = simulateRun(script);
    append(log, [
      { type: "task.cancel_requested", by: "ada" },
      { type: "message.added", text: "go on", by: "ada" },
      { type: "task.queued", reason: "message" },
    ]);
    const done = simulateRun({ ...script, replies: [reply(finish)] }, log);
    expect(observations(done)[0]).toBe("interrupted");
    expect(script.ran.map(({ name }) => name)).not.toContain("run_command");
  });
});

describe("a call that the policy denies", () => {
  it("is an observation at once, and nothing waits", () => {
    const script = scriptOf([reply(remove), reply(finish)], "deny");
    const done = simulateRun(script);
    expect(done.state.outcome?.type).toBe("finished");
    expect(observations(done)[0]).toBe("it deletes");
    expect(script.ran.map(({ name }) => name)).toEqual(["finish"]);
  });
});
