// The note that stands for old steps: what the task is, what was decided and done, what comes next, which files matter. Computed from
// the history that it replaces and from the note before it; nothing is asked of a model. Pure and bounded.
import type { WorkState } from "@outpost/protocol";
import type { Fold, HistoryItem, PlannedCall } from "../fold/state.ts";
import { markData } from "./mark-data.ts";

const maxDecisions = 5;
const maxDone = 12;
const maxFiles = 12;
const lineCharacters = 160;
const objectiveCharacters = 400;

/** The state of the work up to `throughSeq`. */
export function composeWorkState(state: Fold, throughSeq: number): WorkState {
  const before = state.summary?.workState ?? null;
  const from = state.summary?.throughSeq ?? 0;
  const items = state.history.filter((item) => item.seq > from && item.seq <= throughSeq);
  const calls = new Map(
    items.flatMap((item) => (item.kind === "assistant" ? item.calls : [])).map((c) => [c.callId, c]),
  );
  const observed = items.flatMap((item) => {
    const call = item.kind === "observation" && !item.isPassing ? calls.get(item.callId) : undefined;
    return call && item.kind === "observation" ? [{ call, text: item.text }] : [];
  });
  const read = observed.filter(({ call }) => call.name === "read_file").map(({ call }) => pathOf(call));
  const newest = <Value>(values: Value[], limit: number): Value[] => [...new Set(values)].slice(-limit);
  return {
    objective: clip(state.spec.instruction, objectiveCharacters),
    decisions: newest([...(before?.decisions ?? []), ...decisionsOf(items)], maxDecisions),
    done: [...(before?.done ?? []), ...observed.map(({ call, text }) => doneLine(call, text))].slice(-maxDone),
    next: nextOf(state),
    filesRead: newest([...(before?.filesRead ?? []), ...read.filter((path) => path !== "")], maxFiles),
    filesChanged: newest([...state.filesTouched], maxFiles),
  };
}

/** What people said stays; what the model said of why it does something is a decision. */
function decisionsOf(items: readonly HistoryItem[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === "person") return [`the person said: ${clip(item.text, lineCharacters)}`];
    if (item.kind !== "assistant" || item.isPassing || item.calls.length === 0) return [];
    const said = item.content.trim();
    return said === "" ? [] : [clip(said, lineCharacters)];
  });
}

function doneLine(call: PlannedCall, observation: string): string {
  const [firstLine = ""] = observation.split("\n");
  const about = pathOf(call) || Object.values(call.arguments).map(String).join(" ");
  return clip(`${call.name} ${clip(about, 60)}: ${firstLine}`, lineCharacters);
}

function nextOf({ plan }: Fold): string {
  const step =
    plan?.steps.find(({ state }) => state === "active") ?? plan?.steps.find(({ state }) => state === "pending");
  return step ? clip(step.text, lineCharacters) : "";
}

function pathOf(call: PlannedCall): string {
  const path = call.arguments["path"];
  return typeof path === "string" ? path : "";
}

function clip(text: string, characters: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= characters ? line : `${line.slice(0, characters - 1)}…`;
}

/** The words that begin it are known to the rules model. */
export const workStateHeading = "Work so far (older steps are no longer shown; read files again where you need them):";

/** `mark`: see mark-data.ts; what was done holds the first lines of observations. */
export function renderWorkState(work: WorkState, mark: string): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
  const list = (title: string, lines: readonly string[], show: (text: string) => string): string[] =>
    lines.length === 0 ? [] : [`${title}:`, show(bullets(lines))];
  return [
    workStateHeading,
    `Objective: ${work.objective}`,
    ...list("Decisions", work.decisions, (text) => text),
    ...list("Done", work.done, (text) => markData(mark, text)),
    ...(work.next === "" ? [] : [`Next: ${work.next}`]),
    ...(work.filesChanged.length === 0 ? [] : [`Files changed: ${work.filesChanged.join(", ")}`]),
    ...(work.filesRead.length === 0 ? [] : [`Files read: ${work.filesRead.join(", ")}`]),
  ].join("\n");
}
