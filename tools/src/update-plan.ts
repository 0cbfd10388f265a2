// update_plan: the plan of the task, made and kept by the model. The loop keeps it, shows it near the end of every prompt, and asks a
// person about it where the task wants that; nothing happens here.
import type { ToolResult } from "@outpost/core";
import { Plan, parsePlanStep } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

const texts = z.array(z.string()).optional();

export const updatePlan = defineTool({
  name: "update_plan",
  description: "Set the whole plan, again when a step begins or ends. Steps: [ ] to do, [>] doing, [x] done.",
  compact: { description: "Set the plan. Steps: [ ] to do, [>] doing, [x] done.", optional: ["modify", "tests"] },
  effect: "read",
  parameters: z.object({
    steps: z.array(z.string()),
    read: texts,
    modify: texts,
    assumptions: texts,
    tests: texts,
  }),
  example: {
    steps: ["[x] read src/greet.py", "[>] greet by name", "[ ] run the tests"],
    modify: ["src/greet.py"],
    tests: ["tests/test_greet.py"],
  },
  prepare: stepsAsTexts,
  async run(value): Promise<ToolResult> {
    const parsed = Plan.safeParse({
      steps: value.steps.flatMap((line) => parsePlanStep(line) ?? []),
      filesToRead: value.read,
      filesToModify: value.modify,
      assumptions: value.assumptions,
      tests: value.tests,
    });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return { ok: false, text: `the plan was not taken: ${issue?.path.join(".")}: ${issue?.message.toLowerCase()}` };
    }
    const { steps } = parsed.data;
    const done = steps.filter(({ state }) => state === "done").length;
    return { ok: true, text: `the plan is kept: ${done} of ${steps.length} steps done`, plan: parsed.data };
  },
});

/** One text with a line for each step, and steps as records, are steps too. */
function stepsAsTexts(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("steps" in given)) return given;
  const { steps } = given;
  if (typeof steps === "string" && !/^\s*\[\s*["{]/.test(steps))
    return { ...given, steps: steps.split("\n").filter((line) => line.trim() !== "") };
  return Array.isArray(steps) ? { ...given, steps: steps.map(stepAsText) } : given;
}

function stepAsText(step: unknown): unknown {
  if (typeof step !== "object" || step === null) return step;
  const { text, step: named, description, state, status } = step as Record<string, unknown>;
  const said = [text, named, description].find((value) => typeof value === "string");
  const mark =
    { done: "x", completed: "x", active: ">", in_progress: ">", skipped: "-" }[String(state ?? status)] ?? " ";
  return said === undefined ? step : `[${mark}] ${said}`;
}
