// What a prompt of core says, for the rules model: the workflow, and everything a person asked for, in order. Knows core's way of
// composing prompts: the goal first, retrieved code last, its own notices marked.
import type { ChatMessage } from "@outpost/core";

export interface Conversation {
  workflow: "ask" | "edit";
  /** The goal, then what the person said later. */
  instructions: string[];
  /** What a person decided about the plans so far; null: no plan is wanted. */
  planDecisions: PlanDecision[] | null;
}

export interface PlanDecision {
  accepted: boolean;
  /** The remark. */
  text: string;
  /** As the person changed it; null: as it was drafted. */
  plan: string | null;
}

const goalLine = /^Task \((ask|edit)\):\s*/;
const notFromPerson = /^(?:Relevant code\b|\[outpost\] )/;

export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const said = messages.filter((message) => message.role === "user").map((message) => message.content);
  const [goal = "", ...later] = said;
  const workflow = goalLine.exec(goal)?.[1] === "ask" ? "ask" : "edit";
  const messagesOfPerson = later.filter((text) => !notFromPerson.test(text) && text.trim() !== "");
  const isPlanned = workflow === "edit" && later.some((text) => text.startsWith(planWanted));
  const decisions = messagesOfPerson.flatMap((text) => parseDecision(text) ?? []);
  const instructions = messagesOfPerson.filter((text) => !isPlanned || parseDecision(text) === null);
  // What was remarked on a plan that was approved is asked for behind it.
  const remarks = decisions.filter(({ accepted, text }) => accepted && text !== "").map(({ text }) => text);
  return {
    workflow,
    instructions: [goal.replace(goalLine, ""), ...(isPlanned ? remarks : []), ...instructions].map((text) =>
      text.trim(),
    ),
    planDecisions: isPlanned ? decisions : null,
  };
}

const planWanted = "[outpost] Make a plan before anything else";

/** As core words it. */
function parseDecision(text: string): PlanDecision | null {
  const refused = /^The plan is not approved: ([\s\S]*)\. Call update_plan with a new plan\.$/.exec(text);
  if (refused) return { accepted: false, text: refused[1] ?? "", plan: null };
  const approved = /^The plan is approved\.\s*([\s\S]*)$/.exec(text);
  if (approved) return { accepted: true, text: approved[1] ?? "", plan: null };
  const changed = /^The plan is approved, but changed\.\s*([\s\S]*?)\n?It is now:\n([\s\S]*)$/.exec(text);
  return changed ? { accepted: true, text: (changed[1] ?? "").trim(), plan: changed[2] ?? "" } : null;
}
