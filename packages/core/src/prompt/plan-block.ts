// The plan as it stands near the end of every prompt.
import { renderPlanSteps } from "@outpost/protocol";
import type { Fold } from "../fold/state.ts";

const goalCharacters = 200;

/** Empty without a plan. The goal is said again where much has come in between. */
export function planBlock(state: Fold): string {
  if (state.plan === null) return "";
  const goal = state.spec.instruction.replaceAll(/\s+/g, " ").trim();
  const short = goal.length <= goalCharacters ? goal : `${goal.slice(0, goalCharacters - 1)}…`;
  const tests = state.plan.tests.length === 0 ? [] : [`Tests to run: ${state.plan.tests.join(", ")}`];
  return [`Goal: ${short}`, "Plan (keep it true with update_plan):", ...renderPlanSteps(state.plan), ...tests].join(
    "\n",
  );
}
