import type { ModelReply, UsedExpansion } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { simulateRun } from "../simulation/simulated-run.ts";
import { createWorkStatistics } from "../statistics/work-statistics.ts";

const instruction = "make it wait longer each time";
const words = { names: ["retryDelay"], words: ["backoff"] };
const usage = { promptTokens: 200, outputTokens: 50, firstTokenMs: 1, totalMs: 2 };

function calling(name: string): ModelReply {
  return {
    ...{
      content: "",
      thinking: "",
      finishReason: "stop",
      toolCalls: [{ id: "x", name, arguments: { summary: "done" } }],
    },
    usage: { promptTokens: 100, outputTokens: 10, firstTokenMs: 1, totalMs: 2 },
  };
}

/** A run of two steps. */
function run(expansion?: UsedExpansion | null) {
  const { intents, state, log } = simulateRun({
    spec: {
      ...{ repositoryId: "rep_0" as never, instruction, workflow: "ask", priority: 5, base: "head" },
      ...{ limits: { steps: 40, wallClockMs: 3_600_000, tokens: 2_000_000 }, applyTarget: "checkout" },
    },
    tools: (["look", "finish"] as const).map((name) => ({
      ...{ name, description: "", parameters: {} },
      effect: name === "look" ? "read" : "end",
    })),
    replies: [calling("look"), calling("finish")],
    observe: () => ({ ok: true, observation: "nothing" }),
    ...(expansion === undefined ? {} : { expansion }),
  });
  const asked = intents.flatMap(({ intent }) =>
    intent.type === "retrieve" ? [{ expand: intent.expand, expansion: intent.expansion }] : [],
  );
  const statistics = createWorkStatistics();
  for (const envelope of log) statistics.take(envelope);
  return { asked, tokens: state.run?.tokensUsed, models: statistics.result().models };
}

describe("a run's expansion", () => {
  it("is asked for before the first step and kept for those that follow; its tokens count", () => {
    const { asked, tokens, models } = run({ ...words, model: "test/scripted", usage });
    expect(asked).toEqual([
      { expand: instruction, expansion: null },
      { expand: null, expansion: words },
    ]);
    expect(tokens).toBe(2 * 110 + 250);
    expect(models).toMatchObject([{ calls: 3, promptTokens: 2 * 100 + 200, outputTokens: 2 * 10 + 50 }]);
  });

  it("costs what it took also when nothing of it can be used", () => {
    const { asked, tokens } = run({ names: [], words: [], model: "test/scripted", usage });
    expect(asked[1]).toEqual({ expand: null, expansion: null });
    expect(tokens).toBe(2 * 110 + 250);
  });

  it("is not asked for again when there was none", () => {
    const { asked, tokens } = run(null);
    expect(asked).toEqual([
      { expand: instruction, expansion: null },
      { expand: null, expansion: null },
    ]);
    expect(tokens).toBe(2 * 110);
  });

  it("is not asked for where the run does not say so", () => {
    expect(run().asked).toEqual(Array(2).fill({ expand: null, expansion: null }));
  });
});
