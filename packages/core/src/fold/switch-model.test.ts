import type { ModelProfile, ModelReply, TaskEvent } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { append, simulateRun } from "../simulation/simulated-run.ts";
import { foldAll } from "./fold.ts";

const reply: ModelReply = {
  content: "",
  thinking: "",
  toolCalls: [{ id: "x", name: "finish", arguments: { summary: "done" } }],
  finishReason: "stop",
  usage: { promptTokens: 100, outputTokens: 10, firstTokenMs: 1, totalMs: 2 },
};
const small: ModelProfile = {
  provider: "other",
  name: "small",
  windowTokens: 4096,
  canCallTools: true,
  canThink: false,
};
const large = { ...small, name: "large", windowTokens: 32_000 };

/** A run whose first model failed for good in its first step, and the event with which another takes over. */
function switchedTo(...models: ModelProfile[]) {
  const spec = {
    repositoryId: "rep_0" as never,
    instruction: "add a test",
    workflow: "edit" as const,
    priority: 5,
    limits: { steps: 40, wallClockMs: 3_600_000, tokens: 2_000_000 },
    applyTarget: "checkout" as const,
    base: "head" as const,
  };
  const script = {
    spec,
    tools: [{ name: "finish", effect: "end" as const, description: "", parameters: {} }],
    windowTokens: 8192,
    replies: [reply],
    observe: () => ({ ok: true, observation: "" }),
  };
  const log = simulateRun(script).log;
  const started = log.findIndex(({ event }) => event.type === "step.started");
  log.length = started + 1;
  let from = { provider: "test", name: "scripted" };
  for (const to of models) {
    const events: TaskEvent[] = [
      { type: "model.failed", step: 1, code: "unavailable", message: "it is gone", willRetry: true },
      { type: "model.switched", step: 1, from, to, reason: "it is gone" },
    ];
    append(log, events);
    from = { provider: to.provider, name: to.name };
  }
  return { log, script };
}

describe("another model", () => {
  it("is asked at once, with its own window", () => {
    const intent = decide(foldAll(switchedTo(large).log));
    expect(intent).toMatchObject({ type: "call_model", delayMs: 0, request: { windowTokens: 32_000 } });
  });

  it("with a smaller window has the hits packed again before it is asked", () => {
    const { log, script } = switchedTo(small);
    expect(decide(foldAll(log))).toMatchObject({ type: "retrieve", step: 2 });
    const { state, intents } = simulateRun(script, log);
    const asked = intents.filter(({ intent }) => intent.type === "call_model");
    expect(asked).toMatchObject([{ intent: { request: { windowTokens: 4096 } } }]);
    expect(state.outcome?.type).toBe("finished");
  });

  it("is not one that was given up since the last reply", () => {
    const { log, script } = switchedTo(large, small);
    const names = (events: typeof log) => foldAll(events).run?.modelsGivenUp.map(({ name }) => name);
    expect(names(log)).toEqual(["scripted", "large"]);
    expect(names(simulateRun(script, log).log)).toEqual([]);
  });
});
