// What every prompt of a run begins with is small: system prompt and tools, by the estimate that windows are shared out by.
import { composeSystemPrompt, estimateTokens, offerTools } from "@outpost/core";
import type { ModelConduct, ModelProfile, Workflow } from "@outpost/protocol";
import { createTools } from "@outpost/tools";
import { describe, expect, it } from "vitest";

const modelOf = (windowTokens: number, editFormat: ModelConduct["editFormat"] = "replace"): ModelProfile => ({
  provider: "test",
  name: "model",
  windowTokens,
  canCallTools: true,
  canThink: false,
  conduct: { protocol: "native", editFormat, thinking: "auto", testedAtMs: null },
});

function offeredTo(model: ModelProfile, workflow: Workflow = "edit", planFirst = false) {
  return offerTools(createTools(), { workflow, model, planFirst });
}

function prefixTokens(model: ModelProfile, workflow: Workflow, planFirst: boolean): number {
  const sent = offeredTo(model, workflow, planFirst).map(({ name, description, parameters }) => ({
    name,
    description,
    parameters,
  }));
  return estimateTokens(composeSystemPrompt(workflow, model)) + estimateTokens(JSON.stringify(sent));
}

describe("system prompt and tools", () => {
  it.each([
    [32_768, 1500],
    [8192, 1500],
    [4096, 800],
  ])("in a window of %d take at most %d tokens", (windowTokens, most) => {
    for (const workflow of ["edit", "ask"] as const)
      for (const planFirst of [true, false])
        for (const format of ["replace", "whole", "patch"] as const) {
          const tokens = prefixTokens(modelOf(windowTokens, format), workflow, planFirst);
          expect(tokens).toBeGreaterThan(100);
          expect(tokens).toBeLessThanOrEqual(most);
        }
  });

  it.each(["replace", "whole", "patch"] as const)(
    "hold a way to change part of a file for a model that prefers %s",
    (format) => {
      const names = offeredTo(modelOf(32_768, format)).map(({ name }) => name);
      expect(names.includes("edit_file") || names.includes("apply_patch")).toBe(true);
      expect(names).toContain("write_file");
    },
  );
});
