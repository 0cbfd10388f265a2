// What holds for every prompt, whatever the run met: each call is answered right behind its reply, and the whole fits the window.
import type { ModelReply, RunTool, TaskEvent, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { foldAll } from "../fold/fold.ts";
import type { ChatMessage, ChatRequest } from "../ports/chat-model.ts";
import { accountTokens, composeRequest, hitRoom, hitsHeading } from "../prompt/compose-request.ts";
import { charactersFor, cutMiddle, estimateTokens } from "../prompt/tokens.ts";
import { append, type Script, simulateRun } from "./simulated-run.ts";

const spec: TaskSpec = {
  repositoryId: "rep_0" as never,
  instruction: "mend it",
  workflow: "edit",
  priority: 5,
  limits: { steps: 20, wallClockMs: 600_000, tokens: 50_000_000 },
  applyTarget: "checkout",
  base: "head",
};
const effects: Record<string, RunTool["effect"]> = {
  read_file: "read",
  edit_file: "write",
  run_command: "command",
  ask_user: "ask",
  finish: "end",
};
const tools = Object.entries(effects).map(([name, effect]) => ({ name, effect, description: name, parameters: {} }));
const resumed = { type: "run.resumed", runId: "run_0" as never, fence: 2, reason: "lost" } as const;
const message = { type: "message.added", text: "and now?", by: "me" } as const;
const queued = { type: "task.queued", reason: "message" } as const;

function reply(...calls: [name: string, given: Record<string, unknown>][]): ModelReply {
  return {
    content: calls.length === 0 ? "done" : "",
    thinking: "",
    toolCalls: calls.map(([name, given], index) => ({ id: `x${index}`, name, arguments: given })),
    finishReason: "stop",
    usage: { promptTokens: null, outputTokens: null, firstTokenMs: null, totalMs: 1 },
  };
}

const script = (replies: Script["replies"], more: Partial<Script> = {}): Script => ({
  spec,
  tools,
  replies,
  observe: (call) => ({ ok: true, observation: `saw ${JSON.stringify(call.arguments)}` }),
  ...more,
});

/** The ids of calls that are not answered between their reply and the next message of another role. */
function unanswered(messages: readonly ChatMessage[]): string[] {
  const open: string[] = [];
  let due = new Set<string>();
  for (const said of messages) {
    if (said.role === "tool" && due.delete(said.toolCallId)) continue;
    open.push(...due);
    if (said.role === "tool") open.push(`${said.toolCallId} is no call of the reply before`);
    due = new Set(said.role === "assistant" ? said.toolCalls.map(({ id }) => id) : []);
  }
  return [...open, ...due];
}

function requestsOf({ intents }: ReturnType<typeof simulateRun>): ChatRequest[] {
  return intents.flatMap(({ intent }) => (intent.type === "call_model" ? [intent.request] : []));
}

describe("each call is answered right behind its reply", () => {
  const three = reply(["read_file", { path: "a" }], ["finish", { summary: "early" }], ["edit_file", { path: "b" }]);
  const cut: [name: string, log: () => ReturnType<typeof simulateRun>["log"]][] = [
    ["a finish in the middle of a reply", () => simulateRun(script([three])).log],
    ["a cancel in the middle of a reply", () => cancelBehind("tool.returned")],
    ["a cancel during a call", () => cancelBehind("tool.called")],
    ["a cancelled question", () => endBehindQuestion([{ type: "task.cancel_requested", by: "me" }])],
  ];

  function cancelBehind(type: TaskEvent["type"]) {
    const { log } = simulateRun(
      script([reply(["read_file", { path: "a" }], ["edit_file", { path: "b" }])].concat(three)),
    );
    const at = log.findIndex(({ event }) => event.type === type);
    const ended = log.slice(0, at + 1);
    append(ended, [{ type: "task.cancel_requested", by: "me" }]);
    if (type === "tool.called") append(ended, [resumed]);
    return simulateRun(script([]), ended).log;
  }

  function endBehindQuestion(events: TaskEvent[]) {
    const { log } = simulateRun(script([reply(["ask_user", { question: "?" }], ["read_file", { path: "a" }])]));
    append(log, events);
    return log;
  }

  it.each(cut)("behind %s, in the run that follows", (_, makeLog) => {
    const log = makeLog();
    append(log, [message, queued]);
    const next = simulateRun(script([reply(["finish", { summary: "ok" }])]), log);
    const requests = requestsOf(next);
    expect(requests.length).toBeGreaterThan(0);
    for (const { messages } of requests) expect(unanswered(messages)).toEqual([]);
    expect(requests.at(-1)?.messages.some(({ role }) => role === "assistant")).toBe(true);
  });

  it("with more calls than a reply may have, which the model is told", () => {
    const many = reply(
      ...(Array.from({ length: 70 }, (_, i): [string, object] => ["read_file", { path: `f${i}` }]) as never[]),
    );
    const requests = requestsOf(
      simulateRun(script([many, reply(["finish", { summary: "ok" }])], { windowTokens: 65_536 })),
    );
    const last = requests.at(-1)?.messages ?? [];
    expect(unanswered(last)).toEqual([]);
    expect(last.filter(({ role }) => role === "tool")).toHaveLength(64);
    expect(last.some(({ content }) => content.includes("6 calls more than the 64"))).toBe(true);
  });

  it("an answer to another question than the open one is no answer to it", () => {
    const { log } = simulateRun(script([reply(["ask_user", { question: "?" }])]));
    append(log, [{ type: "approval.decided", approvalId: "apr_1" as never, answer: "no", accepted: true, by: "me" }]);
    expect(foldAll(log).history.some(({ kind }) => kind === "observation")).toBe(false);
  });
});

describe("a prompt fits its window", () => {
  const windowTokens = 8192;
  const texts: [string, string][] = [
    ["code", "const value = compute(input);\n"],
    ["Chinese", "把用户的会话令牌从数据库里读出来。\n"],
    ["emoji", "🧪🔥🚀 ok\n"],
    ["one endless line", "x"],
  ];

  it.each(texts)("with huge observations of %s, or the run ends by name", (_, piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    const share = Math.floor(windowTokens * 0.12);
    const observation = cutMiddle(text, charactersFor(share, text), "ask for less");
    expect(estimateTokens(observation)).toBeLessThanOrEqual(share + 60);
    const replies = Array.from({ length: 12 }, (_, i) =>
      reply(["read_file", { path: `f${i}` }], ["read_file", { path: `g${i}` }]),
    );
    const run = simulateRun(
      script([...replies, reply(["finish", { summary: "ok" }])], {
        windowTokens,
        observe: ({ arguments: given }) => ({ ok: true, observation: `${given["path"]} ${observation}` }),
        hits: "",
      }),
    );
    expect(run.state.outcome?.type).toBe("finished");
    for (const request of requestsOf(run))
      expect(tokensOf(request) + request.maxOutputTokens).toBeLessThanOrEqual(windowTokens);
  });

  it("with the longest instruction there may be: hits have the room that is left", () => {
    for (const window of [16_384, 12_000, 8192, 2048]) {
      const long = { ...spec, instruction: "long ".repeat(6400) };
      const run = simulateRun(
        script([reply(["finish", { summary: "ok" }])], { spec: long, windowTokens: window, hits: "" }),
      );
      const started = run.log.findIndex(({ event }) => event.type === "run.started");
      const state = foldAll(run.log.slice(0, started + 1));
      if (!state.run) throw new Error("no run");
      const room = hitRoom(state, state.run);
      const request = composeRequest(state, state.run, "h".repeat(Math.floor(room * 3.5)));
      if (run.state.outcome?.type === "stopped") expect(run.state.outcome.reason).toBe("window");
      else expect(tokensOf(request) + request.maxOutputTokens).toBeLessThanOrEqual(window);
      if (window === 16_384) expect(room).toBeGreaterThan(100);
    }
  });

  it("folds long arguments at any depth", () => {
    const script64 = "print(1)\n".repeat(400);
    const replies = Array.from({ length: 12 }, () => reply(["run_command", { argv: ["python3", "-c", script64] }]));
    const run = simulateRun(script([...replies, reply(["finish", { summary: "ok" }])], { windowTokens, hits: "" }));
    expect(run.state.outcome?.type).toBe("stopped");
    const [first] =
      requestsOf(run)
        .at(-1)
        ?.messages.filter(({ role }) => role === "assistant") ?? [];
    expect(JSON.stringify(first).length).toBeLessThan(600);
  });

  it("and a prompt that a server does not count costs what it is estimated to", () => {
    const run = simulateRun(script([reply(["read_file", { path: "a" }]), reply(["finish", { summary: "ok" }])]));
    const { state } = run;
    if (!state.run) throw new Error("no run");
    const account = accountTokens(state, state.run, "");
    expect(state.run.tokensUsed).toBeGreaterThan(account.system + account.tools + account.history);
  });

  function tokensOf({ messages, tools: offered }: ChatRequest): number {
    const text = messages.map(
      (said) => said.content + (said.role === "assistant" ? JSON.stringify(said.toolCalls) : ""),
    );
    return estimateTokens(JSON.stringify(offered)) + text.reduce((sum, part) => sum + estimateTokens(part), 0);
  }
});

describe("a run whose workers are lost", () => {
  const losses = (count: number) => Array.from({ length: count }, () => resumed);
  const log = () =>
    simulateRun(script([reply(["read_file", { path: "a" }]), reply(["finish", { summary: "ok" }])])).log;
  const started = (all: ReturnType<typeof log>) =>
    all.slice(
      0,
      all.findIndex(({ event }) => event.type === "model.replied"),
    );

  it("ten times at one place ends by name", () => {
    const stuck = started(log());
    append(stuck, losses(9));
    expect(decide(foldAll(stuck))).toMatchObject({ type: "call_model" });
    append(stuck, losses(1));
    expect(decide(foldAll(stuck))).toMatchObject({ type: "end", outcome: { type: "failed", retryable: false } });
  });

  it("again and again, while it gets on, goes on", () => {
    const moving = started(log());
    for (let i = 0; i < 3; i++) {
      append(moving, losses(9));
      append(moving, [{ type: "model.replied", step: 1, reply: reply(["read_file", { path: "a" }]) }]);
      append(moving, losses(9));
      append(moving, [
        { type: "tool.called", step: 1, callId: "c1_1_1", name: "read_file", arguments: {}, verdict: "allow" },
        { ...returned, callId: "c1_1_1" },
      ]);
    }
    expect(decide(foldAll(moving)).type).not.toBe("end");
  });

  const returned = {
    type: "tool.returned",
    callId: "",
    ok: true,
    observation: "seen",
    interrupted: false,
    durationMs: 1,
    filesTouched: [],
    tests: [],
  } satisfies TaskEvent;
});

it("the block of hits begins with its heading", () => {
  const { state } = simulateRun(script([reply(["finish", { summary: "ok" }])]));
  if (!state.run) throw new Error("no run");
  expect(composeRequest(state, state.run, "a.ts:1").messages.at(-1)?.content).toBe(`${hitsHeading}\na.ts:1`);
  expect(composeRequest(state, state.run, "").messages.at(-1)?.content).not.toContain(hitsHeading);
});
