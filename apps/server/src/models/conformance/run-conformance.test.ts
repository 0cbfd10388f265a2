import type { ChatRequest } from "@outpost/core";
import { type ModelProfile, type ModelReply, type ModelTestReport, OutpostError } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { type Chat, conformanceTasks, runConformance } from "./run-conformance.ts";
import type { ConformanceTask } from "./task.ts";

const profile: ModelProfile = {
  provider: "test",
  name: "student",
  windowTokens: 4096,
  canCallTools: true,
  canThink: false,
};

/** How a model answers a task: well, or not at all. */
type Answer = (task: ConformanceTask, request: ChatRequest) => Partial<ModelReply> | Error;

async function examine(answer: Answer): Promise<{ report: ModelTestReport; requests: ChatRequest[]; steps: string[] }> {
  const tasks = conformanceTasks(profile);
  const requests: ChatRequest[] = [];
  const chat: Chat = async (request) => {
    const task = tasks[requests.length];
    requests.push(request);
    if (!task) throw new Error("more chats than tasks");
    const given = answer(task, request);
    if (given instanceof Error) throw given;
    const promptTokens = Math.ceil(JSON.stringify(request.messages).length / 4);
    const usage = { promptTokens, outputTokens: 20, firstTokenMs: 100, totalMs: 600 };
    return { content: "", thinking: "", toolCalls: [], finishReason: "stop", usage, ...given };
  };
  const run = runConformance({ profile, chat, nowMs: () => 7, signal: new AbortController().signal });
  const steps: string[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { report: next.value, requests, steps };
    steps.push(next.value.status);
  }
}

const good: Answer = ({ protocol, sample }) => {
  const calls = sample.calls ?? [];
  const [call] = calls;
  if (protocol === "json" && call) return { content: JSON.stringify({ tool: call.name, arguments: call.arguments }) };
  if (protocol === "text" && call) return { content: writtenCall(call) };
  return {
    content: sample.content ?? "",
    toolCalls: calls.map((one, index) => ({ id: `c${index}`, name: one.name, arguments: one.arguments })),
  };
};

function writtenCall(call: { name: string; arguments: Record<string, unknown> }): string {
  const lines = Object.entries(call.arguments).map(([name, value]) =>
    typeof value === "string" ? `--- ${name}\n${value}` : `${name}: ${JSON.stringify(value)}`,
  );
  return [`=== call ${call.name}`, ...lines, "=== end"].join("\n");
}

const passed = ({ results }: ModelTestReport) => results.filter((result) => result.passed).length;

describe("the conformance run", () => {
  it("has some thirty tasks of four kinds, and a good model passes all of them", async () => {
    const { report, requests, steps } = await examine(good);
    expect(report.results.filter((result) => !result.passed)).toEqual([]);
    expect(report.results).toHaveLength(32);
    expect(steps[0]).toBe("1 of 32: reads a file");
    expect(new Set(report.results.map(({ area }) => area))).toEqual(
      new Set(["calls", "edits", "instructions", "window"]),
    );
    expect(report).toMatchObject({ usableWindowTokens: 4096, firstTokenMs: 100, tokensPerSecond: 40, testedAtMs: 7 });
    expect(report.conduct).toEqual({ protocol: "native", editFormat: "replace", thinking: "auto", testedAtMs: 7 });
    const constrained = requests.filter(({ responseSchema }) => responseSchema);
    expect(constrained).toHaveLength(3);
    expect(constrained[0]).toMatchObject({ tools: [], responseSchema: { anyOf: expect.any(Array) } });
  });

  it("keeps every prompt within the window", async () => {
    const { requests } = await examine(good);
    for (const { messages, maxOutputTokens } of requests)
      expect(JSON.stringify(messages).length / 3.2 + maxOutputTokens).toBeLessThan(4096 * 1.05);
  });

  it("fails whoever says nothing in every task but the greeting, and stays with native calls", async () => {
    const { report } = await examine(() => ({}));
    expect(passed(report)).toBe(1);
    expect(report).toMatchObject({ usableWindowTokens: null, conduct: { protocol: "native" } });
  });

  it("chooses the text protocol for a model that is good at nothing else", async () => {
    const answer: Answer = (task, request) =>
      task.area === "calls" && task.protocol !== "text" ? { content: "I would read the file." } : good(task, request);
    expect((await examine(answer)).report.conduct.protocol).toBe("text");
  });

  it("chooses JSON where the server refuses tools", async () => {
    const refusal = new OutpostError("invalid_input", "cannot call tools", { details: { reason: "no_tools" } });
    const answer: Answer = (task, request) =>
      request.tools.length > 0 || task.protocol === "text" ? refusal : good(task, request);
    const { report } = await examine(answer);
    expect(report.conduct.protocol).toBe("json");
    expect(report.results[0]?.detail).toBe("cannot call tools");
  });

  it("chooses patches for a model that gets them right and cannot replace, else whole files", async () => {
    const without =
      (...names: string[]): Answer =>
      (task, request) =>
        names.some((name) => task.name.startsWith(name)) ? { content: "done" } : good(task, request);
    expect((await examine(without("replaces"))).report.conduct.editFormat).toBe("patch");
    expect((await examine(without("replaces", "patches one"))).report.conduct.editFormat).toBe("whole");
    expect((await examine(without("patches"))).report.conduct.editFormat).toBe("replace");
  });

  it("asks a model not to think whose thoughts eat its budget", async () => {
    const answer: Answer = (task, request) =>
      task.area === "edits" ? { thinking: "hm ".repeat(500), finishReason: "length" } : good(task, request);
    expect((await examine(answer)).report.conduct.thinking).toBe("off");
  });

  it("finds the window that is really there", async () => {
    const answer: Answer = (task, request) => {
      const size = JSON.stringify(request.messages).length;
      return task.area === "window" && size > 6000 ? { content: "violet" } : good(task, request);
    };
    const { report } = await examine(answer);
    expect(report.usableWindowTokens).toBeGreaterThan(1024);
    expect(report.usableWindowTokens).toBeLessThan(3000);
    expect(report.results.at(-1)?.detail).toBe("amber is missing");
  });

  it("gives up on a model that is not there", async () => {
    const gone = new OutpostError("not_found", "no such model");
    await expect(examine(() => gone)).rejects.toBe(gone);
    const away = new OutpostError("unavailable", "no answer", { retryable: true });
    await expect(examine(() => away)).rejects.toBe(away);
  });
});
