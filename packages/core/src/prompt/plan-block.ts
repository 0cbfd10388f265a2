// The plan as it stands near the end of every prompt, and as a person is asked to approve it.
import type { Plan, PlanStepState } from "@outpost/protocol";
import type { Fold } from "../fold/state.ts";

const marks: Record<PlanStepState, string> = { pending: "[ ]", active: "[>]", done: "[x]", skipped: "[-]" };
const goalCharacters = 200;

export function renderPlan(plan: Plan): string {
  const list = (title: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`${title}: ${values.join(", ")}`];
  return [
    ...plan.steps.map((step, index) => `${index + 1}. ${marks[step.state]} ${step.text}`),
    ...list("Files to read", plan.filesToRead),
    ...list("Files to modify", plan.filesToModify),
    ...(plan.assumptions.length === 0 ? [] : ["Assumptions:", ...plan.assumptions.map((line) => `- ${line}`)]),
    ...list("Tests to run", plan.tests),
  ].join("\n");
}

/** Near the end of the prompt: empty without a plan. The goal is said again where much has come in between. */
export function planBlock(state: Fold): string {
  if (state.plan === null) return "";
  const goal = state.spec.instruction.replaceAll(/\s+/g, " ").trim();
  const short = goal.length <= goalCharacters ? goal : `${goal.slice(0, goalCharacters - 1)}…`;
  const steps = state.plan.steps.map((step, index) => `${index + 1}. ${marks[step.state]} ${step.text}`);
  const tests = state.plan.tests.length === 0 ? [] : [`Tests to run: ${state.plan.tests.join(", ")}`];
  return [`Goal: ${short}`, "Plan (keep it true with update_plan):", ...steps, ...tests].join("\n");
}
