// update_plan: the plan of the task, made and kept by the model. The loop keeps it, shows it near the end of every prompt, and asks a
// person about it where the task wants that; nothing happens here.
import type { ToolResult } from "@outpost/core";
import { Plan, PlanStepState } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";

const texts = z.array(z.string()).optional();

export const updatePlan = defineTool({
  name: "update_plan",
  description: "Set the plan, whole; call it when a step's state changes.",
  effect: "read",
  parameters: z.object({
    steps: z.array(z.object({ text: z.string(), state: PlanStepState.optional() })),
    read: texts,
    modify: texts,
    assumptions: texts,
    tests: texts,
  }),
  example: {
    steps: [
      { text: "read src/greet.py", state: "done" },
      { text: "greet by name", state: "active" },
    ],
    modify: ["src/greet.py"],
    tests: ["tests/test_greet.py"],
  },
  prepare: stepsFromText,
  async run(value): Promise<ToolResult> {
    const parsed = Plan.safeParse({
      steps: value.steps,
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

/** Steps as plain texts, and as one text with a line for each, are steps too. */
function stepsFromText(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("steps" in given)) return given;
  const { steps } = given;
  if (typeof steps === "string" && !steps.trim().startsWith("["))
    return { ...given, steps: steps.split("\n").flatMap(stepOfLine) };
  if (!Array.isArray(steps)) return given;
  return { ...given, steps: steps.flatMap((step) => (typeof step === "string" ? stepOfLine(step) : [step])) };
}

/** `- [x] text`, `2. text`, or the text alone. */
function stepOfLine(line: string): { text: string; state?: z.infer<typeof PlanStepState> }[] {
  const [, mark = "", text = ""] = /^\s*(?:[-*]|\d+[.)])?\s*(?:\[(.)\])?\s*(.*?)\s*$/.exec(line) ?? [];
  if (text === "") return [];
  const states: Record<string, z.infer<typeof PlanStepState>> = { x: "done", X: "done", ">": "active", "-": "skipped" };
  const state = states[mark];
  return [{ text, ...(state ? { state } : {}) }];
}
