// A plan as a person reads and edits it: numbered steps with their marks, then a section for each kind of thing. `parsePlan` reads what
// `renderPlan` writes, and what people make of it.
import { OutpostError } from "./errors.ts";
import { Plan, type PlanStepState } from "./plan.ts";

export const planMarks: Record<PlanStepState, string> = {
  pending: "[ ]",
  active: "[>]",
  done: "[x]",
  skipped: "[-]",
};
const stateOfMark: Record<string, PlanStepState> = { x: "done", X: "done", ">": "active", "-": "skipped" };

type Section = "filesToRead" | "filesToModify" | "assumptions" | "tests";
const titles: Record<Section, string> = {
  filesToRead: "Files to read",
  filesToModify: "Files to modify",
  assumptions: "Assumptions",
  tests: "Tests to run",
};
const sections = Object.keys(titles) as Section[];

/** `1. [x] text`, one a line. */
export function renderPlanSteps({ steps }: Pick<Plan, "steps">): string[] {
  return steps.map(({ text, state }, index) => `${index + 1}. ${planMarks[state]} ${text}`);
}

export function renderPlan(plan: Plan): string {
  const blocks = sections.map((section) => {
    const lines = plan[section];
    return lines.length === 0 ? [] : [`${titles[section]}:`, ...lines.map((line) => `- ${line}`)];
  });
  return [...renderPlanSteps(plan), ...blocks.flat()].join("\n");
}

/** `[x] text`, `- [ ] text`, `2. text`, or the text alone; null: an empty line. */
export function parsePlanStep(line: string): { text: string; state: PlanStepState } | null {
  const [, mark = "", text = ""] = /^\s*(?:[-*]\s|\d+[.)])?\s*(?:\[(.)\])?\s*(.*?)\s*$/.exec(line) ?? [];
  return text === "" ? null : { text, state: stateOfMark[mark] ?? "pending" };
}

/** Throws `invalid_input` with what is wrong. Lines that begin with "#" are notes. */
export function parsePlan(text: string): Plan {
  const given = { steps: [] as unknown[], filesToRead: [], filesToModify: [], assumptions: [], tests: [] } as Record<
    Section | "steps",
    unknown[]
  >;
  let section: Section | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const titled = sections.find((name) => line.trim().toLowerCase() === `${titles[name]}:`.toLowerCase());
    if (titled) section = titled;
    else if (section !== null) given[section].push(line.replace(/^\s*[-*]\s+/, ""));
    else given.steps.push(parsePlanStep(line));
  }
  const parsed = Plan.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OutpostError(
    "invalid_input",
    `the plan cannot be taken: ${issue?.path.join(".")}: ${issue?.message.toLowerCase()}`,
  );
}
