// An edit task that begins with a plan: drafted, drafted again with each remark of a person, and done when it is approved, with the state
// of each step kept in the plan. A plan that the person changed is followed as it is then.
import { type PlanStepState, parsePlan, planMarks, type Plan as TaskPlan } from "@outpost/protocol";
import { cannot } from "../abilities.ts";
import type { PlanDecision } from "../conversation.ts";
import type { Intent } from "../instruction/intents.ts";
import { parseInstruction } from "../instruction/parse-instruction.ts";
import { call, type Plan } from "../plan.ts";
import { work } from "../work.ts";
import { describeIntent } from "./describe-intent.ts";
import { type Draft, draft, lookingStep, survey } from "./draft.ts";

interface Surroundings {
  toolNames: ReadonlySet<string>;
  ollamaAddress: string;
}

/** What to say of it in the end. */
export function* workAsPlanned(
  instruction: string,
  decisions: readonly PlanDecision[],
  around: Surroundings,
): Plan<string> {
  const about = yield* survey(instruction, around.toolNames);
  const remarks: string[] = [];
  let wanted = instruction;
  for (const decision of [...decisions, undefined]) {
    const drafted = yield* draft(wanted, about, remarks);
    yield* call("update_plan", planArguments(drafted.plan));
    if (decision === undefined) break;
    if (decision.accepted) return yield* carryOut(drafted, decision, { ...around, title: instruction });
    remarks.push(decision.text);
    wanted = withRemark(wanted, decision.text);
  }
  return "The plan waits for a decision.";
}

/** A remark that is an instruction of its own is done too, or, with "instead" in it, alone. */
function withRemark(wanted: string, remark: string): string {
  const clause = remark
    .replaceAll(/\binstead\b[\s,:]*/gi, "")
    .replace(/^also[\s,:]*/i, "")
    .trim();
  if (parseInstruction(clause).type === "unclear") return wanted;
  return /\binstead\b/i.test(remark) ? clause : `${wanted}\n${clause}`;
}

function* carryOut(drafted: Draft, decision: PlanDecision, around: Surroundings & { title: string }): Plan<string> {
  const plan = decision.plan === null ? drafted.plan : parsePlan(decision.plan);
  const planned: (Intent | undefined)[] = [];
  for (const { text } of plan.steps) {
    const known = drafted.intents.find((intent) => describeIntent(intent) === text);
    const parsed = known === undefined ? parseInstruction(text) : { type: "intents" as const, intents: [known] };
    const [intent] = parsed.type === "intents" ? parsed.intents : [];
    // To look is no work: where an edit goes is looked up by the edit itself.
    if (intent === undefined && !text.startsWith(lookingStep)) return cannot(text, around.ollamaAddress);
    planned.push(intent);
  }
  const intents = planned.filter((intent) => intent !== undefined);
  if (intents.length === 0) return cannot(around.title, around.ollamaAddress);
  const states = new Map<Intent, PlanStepState>();
  return yield* work(intents, {
    toolNames: around.toolNames,
    title: (around.title.split("\n")[0] ?? "change").slice(0, 100),
    *noteStep(intent, isDone) {
      states.set(intent, isDone ? "done" : "skipped");
      const steps = plan.steps.map((step, index) => {
        const own = planned[index];
        return { ...step, state: own === undefined ? "skipped" : (states.get(own) ?? "pending") };
      });
      yield* call("update_plan", planArguments({ ...plan, steps }));
    },
  });
}

function planArguments({ steps, filesToRead, filesToModify, assumptions, tests }: TaskPlan): Record<string, unknown> {
  return {
    steps: steps.map(({ text, state }) => `${planMarks[state]} ${text}`),
    read: filesToRead,
    modify: filesToModify,
    assumptions,
    tests,
  };
}
