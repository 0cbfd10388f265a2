// The events of a task as lines for a person who watches. The number of a step stands before its first line; code that a step was
// shown is named only where it differs from the step before.
import type { EventEnvelope, Plan, TaskEvent } from "@outpost/protocol";
import { renderApprovalEvent } from "./approval-events.ts";
import { renderEvidence } from "./change.ts";
import { renderFactEvent } from "./facts.ts";
import { clip, count, fitLine, oneLine, width } from "./layout.ts";
import { renderLoopEvent } from "./loop-events.ts";
import { type Paint, printable, printableName } from "./paint.ts";
import { renderQueueEvent } from "./queue-events.ts";
import { describeToolCall, paintToolCall } from "./tool-call.ts";

const indent = 4;
/** Where no terminal sets a width. */
const widestLine = 240;
const leastText = 8;
const shownPlaces = 3;
const shownLinesOfText = 4;

/** Null: nothing a watcher needs. */
export type EventRenderer = (envelope: EventEnvelope) => string | null;

export function createEventRenderer(paint: Paint): EventRenderer {
  const render = createLineRenderer(paint);
  return (envelope) => {
    const lines = render(envelope)?.split("\n");
    return lines?.map((line) => fitLine(line, paint.columns)).join("\n") ?? null;
  };
}

function createLineRenderer(paint: Paint): EventRenderer {
  const margin = createMargin(paint);
  let lastPlaces = "";
  let lastPlan: Plan | null = null;
  return ({ event }) => {
    const loopLine = renderLoopEvent(event, paint, margin, lastPlan) ?? renderFactEvent(event, paint, margin);
    if (event.type === "plan.updated") lastPlan = event.plan;
    if (loopLine !== null) return loopLine;
    if (event.type !== "step.started") return renderEvent(event, paint, margin);
    margin.begin(event.step);
    const put = (line: string): string => margin.put(paint("dim", clip(line, roomOf(paint))));
    const words = describeExpansion(event);
    const lines = words === null ? [] : [put(words)];
    const places = describePlaces(event);
    // How many more there were is no news.
    const named = places.replace(/ and \d+ more$/, "");
    if (named !== lastPlaces) lines.push(put(places));
    lastPlaces = named;
    return lines.length === 0 ? null : lines.join("\n");
  };
}

interface Margin {
  begin(step: number): void;
  put(line: string): string;
  /** For text that is to be cut to what is beside the margin; `used`: the columns of what stands on the same line. */
  fit(text: string, used?: number): string;
}

function roomOf(paint: Paint, used = 0): number {
  return Math.max(leastText, Math.min(paint.columns - used, widestLine) - indent);
}

function createMargin(paint: Paint): Margin {
  let number = "";
  return {
    begin(step) {
      number = String(step);
    },
    put(line) {
      const head = paint("dim", number.padStart(indent - 2).padEnd(indent));
      number = "";
      return head + fitLine(line, paint.columns - indent).replaceAll("\n", `\n${" ".repeat(indent)}`);
    },
    fit: (text, used) => clip(oneLine(printable(text)), roomOf(paint, used)),
  };
}

function renderEvent(event: TaskEvent, paint: Paint, margin: Margin): string | null {
  switch (event.type) {
    case "run.started":
      return renderStart(event);
    case "run.resumed":
      return paint("dim", oneLine(printable(event.reason)));
    case "model.replied": {
      const { content, toolCalls } = event.reply;
      return content.trim() === "" || toolCalls.length === 0 ? null : renderText(content, margin);
    }
    case "model.failed":
      return margin.put(
        paint("yellow", margin.fit(`the model: ${event.message}${event.willRetry ? "; asking again" : ""}`)),
      );
    case "model.switched":
      return margin.put(paint("yellow", margin.fit(`goes on with ${modelName(event.to)}: ${event.reason}`)));
    case "tool.called":
      return renderCall(event, paint, margin);
    case "tool.returned":
      return renderReturn(event, paint, margin);
    default:
      return renderDecision(event, paint, margin);
  }
}

/** What people said and decided. */
function renderDecision(event: TaskEvent, paint: Paint, margin: Margin): string | null {
  switch (event.type) {
    case "approval.requested":
    case "approval.decided":
      return renderApprovalEvent(event, paint, margin.fit);
    case "message.added":
      return `${paint("bold", "message")}: ${margin.fit(event.text, "message: ".length)}`;
    case "task.cancel_requested":
      return paint("yellow", "cancelling");
    case "task.queued":
    case "task.paused":
    case "task.blocked":
    case "task.moved":
    case "task.died":
      return renderQueueEvent(event, paint, margin.fit);
    case "change.applied":
      return paint("green", `accepted (${event.target}): ${count(event.files.length, "file")}`);
    case "change.rejected":
      return `rejected${event.decision.reason ? `: ${margin.fit(event.decision.reason, "rejected: ".length)}` : ""}`;
    case "change.apply_failed":
      return paint("red", `not applied: ${count(event.conflicts.length, "file")} in the way`);
    case "change.verified":
      return event.problem === null
        ? renderEvidence(event.tests, paint)
            .map((line) => margin.put(line))
            .join("\n")
        : paint("yellow", `the tests could not be run: ${margin.fit(event.problem)}`);
    case "change.rebased":
      return event.conflicts.length === 0
        ? "brought onto what is there now"
        : paint(
            "yellow",
            `no longer fits what is there now: ${count(event.conflicts.length, "file")}; done again from there`,
          );
    case "change.reverted":
      return `reverted: ${count(event.files.length, "file")}`;
    default:
      return null;
  }
}

function renderText(content: string, margin: Margin): string {
  const lines = content.trim().split("\n");
  const shown = lines.slice(0, shownLinesOfText).map((line) => margin.put(margin.fit(line)));
  if (lines.length > shownLinesOfText) shown.push(margin.put("…"));
  return shown.join("\n");
}

function renderCall(event: Extract<TaskEvent, { type: "tool.called" }>, paint: Paint, margin: Margin): string | null {
  // They show themselves otherwise: as the outcome, the question, the plan, the fact.
  if (["finish", "ask_user", "update_plan", "remember"].includes(event.name)) return null;
  // It is shown with the question, and once more when it was allowed.
  if (event.verdict === "ask") return null;
  const note = event.verdict === "deny" ? paint("yellow", " (refused by the policy)") : describeAllowance(event, paint);
  const line = paintToolCall(margin.fit(describeToolCall(event.name, event.arguments), width(note)), paint);
  return margin.put(line + note);
}

/** Only what a person allowed is worth a word. */
function describeAllowance({ approvalId, rule }: Extract<TaskEvent, { type: "tool.called" }>, paint: Paint): string {
  if (approvalId) return paint("dim", " (you allowed it)");
  return rule?.startsWith("remembered ") ? paint("dim", " (allowed for good)") : "";
}

function renderReturn(event: Extract<TaskEvent, { type: "tool.returned" }>, paint: Paint, margin: Margin) {
  if (event.tests.length > 0)
    return renderEvidence(event.tests, paint)
      .map((line) => margin.put(`  ${line}`))
      .join("\n");
  if (event.ok) return null;
  return margin.put(paint("yellow", clip(`  ${oneLine(printable(event.observation))}`, roomOf(paint))));
}

function describeExpansion({ expansion }: Extract<TaskEvent, { type: "step.started" }>): string | null {
  const words = [...(expansion?.names ?? []), ...(expansion?.words ?? [])];
  return words.length === 0 ? null : `also looks for ${printable(words.join(", "))}`;
}

function describePlaces({ hits, coverage }: Extract<TaskEvent, { type: "step.started" }>): string {
  if (coverage === null) return "search is unavailable";
  if (hits.length === 0) return "finds nothing in the index that fits";
  const shown = hits.slice(0, shownPlaces).map((hit) => `${printableName(hit.path)}:${hit.startLine}`);
  const more = hits.length > shownPlaces ? ` and ${hits.length - shownPlaces} more` : "";
  return `sees ${shown.join(", ")}${more}`;
}

function renderStart({
  attempt,
  model,
  systemPrompt,
  baseCommit,
}: Extract<TaskEvent, { type: "run.started" }>): string {
  const prefix = attempt > 1 ? `attempt ${attempt}: ` : "";
  // It was to be prompted, and there is no model: something stood in the way, and the next event says what.
  if (model.provider === "none" && systemPrompt !== "") return `${prefix}cannot begin`;
  const work = model.provider === "none" ? "runs the tests on what was accepted" : `works with ${modelName(model)}`;
  return `${prefix}${work}, from commit ${baseCommit.slice(0, 10)}`;
}

function modelName(model: { provider: string; name: string }): string {
  if (model.provider === "rules") return "the built-in rules (no language model)";
  return `${model.provider}/${model.name}`;
}
