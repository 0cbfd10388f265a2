// Promise 1 in its pure form: whatever event was the last one stored, the next intent and the prompt are the same as they were.
import type { ModelReply, RunTool, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { foldAll } from "../fold/fold.ts";
import { append, type Script, simulateRun } from "./simulated-run.ts";

const spec: TaskSpec = {
  repositoryId: "rep_0" as never,
  instruction: "replace 1 with 2 in a.py and run the tests",
  workflow: "edit",
  priority: 5,
  limits: { steps: 12, wallClockMs: 600_000, tokens: 1_000_000 },
  applyTarget: "checkout",
  base: "head",
};

function tool(name: string, effect: RunTool["effect"]): RunTool {
  return { name, effect, description: `${name} does it`, parameters: { type: "object", properties: {} } };
}

const tools = [
  tool("read_file", "read"),
  tool("edit_file", "write"),
  tool("run_tests", "command"),
  tool("ask_user", "ask"),
  tool("finish", "end"),
];

function reply(...calls: [name: string, given: Record<string, unknown>][]): ModelReply {
  return {
    content: calls.length === 0 ? "done" : "",
    thinking: "",
    toolCalls: calls.map(([name, given], index) => ({ id: `x${index}`, name, arguments: given })),
    finishReason: "stop",
    usage: { promptTokens: 100, outputTokens: 10, firstTokenMs: 1, totalMs: 2 },
  };
}

const fullRun: Script = {
  spec,
  tools,
  replies: [
    reply(["read_file", { path: "a.py" }], ["run_tests", {}]),
    { failWith: "unavailable", willRetry: true },
    reply(["edit_file", { path: "a.py", old: "1", new: "2" }]),
    reply(["run_tests", {}]),
    reply(["finish", { summary: "changed a.py" }]),
  ],
  observe(call) {
    if (call.name === "edit_file") return { ok: true, observation: "edited", filesTouched: ["a.py"] };
    return { ok: true, observation: `result of ${call.name} ${"x".repeat(3000)}`, test: call.name === "run_tests" };
  },
};

describe("replay", () => {
  it("decides the same and composes byte-equal prompts behind every event of a run", () => {
    const run = simulateRun(fullRun);
    expect(run.state.outcome?.type).toBe("finished");
    const decidedAt = new Map(run.intents.map(({ at, intent }) => [at, JSON.stringify(intent)]));
    expect(decidedAt.size).toBeGreaterThan(12);
    for (let length = 1; length <= run.log.length; length++) {
      const again = JSON.stringify(decide(foldAll(run.log.slice(0, length))));
      const then = decidedAt.get(length);
      if (then !== undefined) expect(again, `behind event ${length}`).toBe(then);
    }
  });

  it("goes on from every event to the same end, without asking for a stored reply again", () => {
    const whole = simulateRun(fullRun);
    for (let length = 1; length < whole.log.length; length++) {
      const log = structuredClone(whole.log.slice(0, length));
      const repliesStored = log.filter(
        (e) => e.event.type === "model.replied" || e.event.type === "model.failed",
      ).length;
      const resumed = simulateRun({ ...fullRun, replies: fullRun.replies.slice(repliesStored) }, log);
      expect(resumed.state.outcome).toEqual(whole.state.outcome);
      expect(resumed.log.filter((e) => e.event.type === "model.replied")).toHaveLength(4);
    }
  });

  it("reports a call that was under way as interrupted and does not run it again", () => {
    const whole = simulateRun(fullRun);
    const called = whole.log.findIndex((e) => e.event.type === "tool.called" && e.event.name === "edit_file");
    const log = structuredClone(whole.log.slice(0, called + 1));
    append(log, [{ type: "run.resumed", runId: "run_0" as never, fence: 2, reason: "lease expired" }]);
    expect(decide(foldAll(log))).toMatchObject({ type: "report_interrupted", call: { name: "edit_file" } });
  });
});

describe("prompts", () => {
  it("keep the last prompt's messages as an unchanged prefix, hits excepted", () => {
    const run = simulateRun(fullRun);
    const prompts = run.intents.flatMap(({ intent }) =>
      intent.type === "call_model" ? [intent.request.messages] : [],
    );
    expect(prompts).toHaveLength(5);
    for (const [index, prompt] of prompts.entries()) {
      const before = prompts[index - 1];
      if (before) expect(prompt.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      expect(prompt.at(-1)?.content).toContain(`hits for step`);
      expect(prompt.filter((message) => message.role === "system")).toHaveLength(1);
    }
  });

  it("fold old history in batches and stay within the window", () => {
    const replies = Array.from({ length: 11 }, (_, i) => reply(["read_file", { path: `f${i}.py` }]));
    const run = simulateRun({
      ...fullRun,
      windowTokens: 4096,
      replies: [...replies, reply(["finish", { summary: "ok" }])],
    });
    expect(run.log.some((e) => e.event.type === "history.folded")).toBe(true);
    const accounts = run.log.flatMap((e) => (e.event.type === "step.started" ? [e.event.account] : []));
    for (const account of accounts) {
      expect(account.system + account.tools + account.history + account.hits + account.reply).toBeLessThanOrEqual(
        account.window,
      );
    }
    expect(accounts).toHaveLength(12);
  });
});

describe("named ends", () => {
  const endless = (count: number) =>
    Array.from({ length: count }, (_, i) => reply(["read_file", { path: `f${i}.py` }]));

  it("step limit", () => {
    const run = simulateRun({ ...fullRun, windowTokens: 32_768, replies: endless(12) });
    expect(run.state.outcome).toMatchObject({ type: "stopped", reason: "step_limit" });
    expect(run.state.state).toBe("stopped");
  });

  it("the same call with the same result: warned once, then stopped", () => {
    const same = Array.from({ length: 5 }, () => reply(["read_file", { path: "a.py" }]));
    const run = simulateRun({ ...fullRun, replies: same, observe: () => ({ ok: true, observation: "same" }) });
    expect(run.state.outcome).toMatchObject({ type: "stopped", reason: "loop" });
    expect(run.state.history.filter((item) => item.kind === "notice")).toHaveLength(1);
  });

  it("replies that are empty", () => {
    const empty = { ...reply(), content: "" };
    const run = simulateRun({ ...fullRun, replies: [empty, empty, empty] });
    expect(run.state.outcome).toMatchObject({ type: "stopped", reason: "no_reply" });
  });

  it("a model that stays away, and one that does not exist", () => {
    const away = simulateRun({
      ...fullRun,
      replies: [
        { failWith: "unavailable", willRetry: true },
        { failWith: "unavailable", willRetry: false },
      ],
    });
    expect(away.state.outcome).toMatchObject({ type: "stopped", reason: "model_unavailable" });
    const unknown = simulateRun({ ...fullRun, replies: [{ failWith: "not_found", willRetry: false }] });
    expect(unknown.state.outcome).toMatchObject({ type: "failed", code: "not_found" });
    expect(unknown.state.state).toBe("failed");
  });

  it("token limit", () => {
    const run = simulateRun({
      ...fullRun,
      spec: { ...spec, limits: { ...spec.limits, tokens: 1000 } },
      replies: endless(12).map((r) => ({ ...r, usage: { ...r.usage, promptTokens: 600 } })),
    });
    expect(run.state.outcome).toMatchObject({ type: "stopped", reason: "token_limit" });
  });

  it("cancel ends a running task and keeps the log whole", () => {
    const whole = simulateRun(fullRun);
    const log = structuredClone(whole.log.slice(0, 5));
    append(log, [{ type: "task.cancel_requested", by: "me" }]);
    expect(decide(foldAll(log))).toMatchObject({ type: "end", outcome: { type: "cancelled" } });
  });

  it("text without a call ends an ask as answered", () => {
    const run = simulateRun({ ...fullRun, spec: { ...spec, workflow: "ask" }, replies: [reply()] });
    expect(run.state.outcome).toMatchObject({ type: "answered", answer: "done" });
  });
});

describe("questions and messages", () => {
  it("waits for an answer, then shows it as the observation of the call", () => {
    const script: Script = { ...fullRun, replies: [reply(["ask_user", { question: "which?", options: ["a", "b"] }])] };
    const asked = simulateRun(script);
    expect(asked.state.state).toBe("waiting");
    append(asked.log, [
      { type: "approval.decided", approvalId: "apr_0" as never, answer: "a", accepted: true, by: "me" },
    ]);
    const done = simulateRun({ ...script, replies: [reply(["finish", { summary: "took a" }])] }, asked.log);
    expect(done.state.outcome).toMatchObject({ type: "finished", summary: "took a" });
    expect(done.state.history).toContainEqual(
      expect.objectContaining({ kind: "observation", text: "The person answered: a" }),
    );
  });

  it("a message during a call is seen behind the observation, and one to an ended task starts a new run with the history", () => {
    const whole = simulateRun(fullRun);
    const called = whole.log.findIndex((e) => e.event.type === "tool.called");
    const log = structuredClone(whole.log.slice(0, called + 1));
    append(log, [{ type: "message.added", text: "hurry", by: "me" }]);
    const state = foldAll(log);
    expect(state.history.at(-1)?.kind).toBe("assistant");
    expect(state.waitingMessages).toHaveLength(1);

    append(whole.log, [
      { type: "message.added", text: "now b.py", by: "me" },
      { type: "task.queued", reason: "message" },
    ]);
    const again = simulateRun({ ...fullRun, replies: [reply(["finish", { summary: "done b" }])] }, whole.log);
    expect(again.state.attempts).toBe(2);
    expect(again.state.history.filter((item) => item.kind === "person")).toHaveLength(1);
    expect(again.state.outcome).toMatchObject({ summary: "done b" });
  });
});
