// The events of a task as lines for a person who watches.
import type { EventEnvelope, RunOutcome, TaskEvent } from "@outpost/protocol";
import { describeTest } from "./change.ts";
import { type Paint, printable } from "./paint.ts";

const maxLine = 160;

/** Null: nothing a watcher needs. */
export function renderEvent({ event }: EventEnvelope, paint: Paint): string | null {
  switch (event.type) {
    case "run.started":
      return `${paint("bold", "run")} ${event.attempt}: ${modelName(event.model)}, base ${event.baseCommit.slice(0, 10)}`;
    case "run.resumed":
      return paint("yellow", `run taken up again: ${event.reason}`);
    case "step.started":
      return renderStep(event, paint);
    case "model.replied":
      return event.reply.content.trim() === "" || event.reply.toolCalls.length === 0
        ? null
        : `  ${oneLine(event.reply.content)}`;
    case "model.failed":
      return paint("yellow", `  model: ${oneLine(event.message)}${event.willRetry ? "; asking again" : ""}`);
    case "tool.called":
      return event.name === "finish"
        ? null
        : `  ${paint("cyan", event.name)} ${oneLine(describeArguments(event.arguments))}`;
    case "tool.returned":
      return renderReturn(event, paint);
    case "checkpoint.created":
      return event.files.length === 0
        ? null
        : paint("dim", `  checkpoint ${event.number}: ${event.files.slice(0, 5).map(printable).join(", ")}`);
    case "approval.requested":
      return `${paint("bold", "question")}: ${printable(event.question)}${event.options.length > 0 ? ` (${event.options.map(printable).join(" / ")})` : ""}`;
    case "history.folded":
      return paint("dim", "  older history folded to fit the window");
    case "task.cancel_requested":
      return paint("yellow", "cancelling");
    default:
      return null;
  }
}

function renderStep(event: Extract<TaskEvent, { type: "step.started" }>, paint: Paint): string {
  const { account, coverage } = event;
  const used = account.system + account.tools + account.history + account.hits;
  const places = event.hits.slice(0, 3).map((hit) => `${printable(hit.path)}:${hit.startLine}`);
  const shown = coverage === null ? "search unavailable" : places.length > 0 ? places.join(" ") : "no hits";
  return paint("dim", `step ${event.step}: ${used} of ${account.window} tokens · ${shown}`);
}

function renderReturn(event: Extract<TaskEvent, { type: "tool.returned" }>, paint: Paint): string | null {
  if (event.test) return `    ${describeTest(event.test, paint)}`;
  if (event.ok) return null;
  return paint("yellow", `    ${oneLine(event.observation)}`);
}

export function renderOutcome(outcome: RunOutcome, paint: Paint): string {
  switch (outcome.type) {
    case "answered": {
      const cited = outcome.citations.map(
        (citation) => `  ${paint("cyan", `${printable(citation.path)}:${citation.startLine}`)}`,
      );
      return [printable(outcome.answer), ...(cited.length > 0 ? ["", "sources:", ...cited] : [])].join("\n");
    }
    case "proposed":
    case "finished":
      return printable(outcome.summary);
    case "stopped":
      return paint("yellow", `stopped (${outcome.reason}): ${printable(outcome.message)}`);
    case "failed":
      return paint("red", `failed (${outcome.code}): ${printable(outcome.message)}`);
    case "cancelled":
      return paint("yellow", "cancelled");
  }
}

function modelName(model: { provider: string; name: string }): string {
  return model.provider === model.name ? model.name : `${model.provider}/${model.name}`;
}

function describeArguments(given: Record<string, unknown>): string {
  return Object.entries(given)
    .map(([key, value]) =>
      typeof value === "string"
        ? key === "path"
          ? value
          : `${key}=${JSON.stringify(value)}`
        : `${key}=${JSON.stringify(value)}`,
    )
    .join(" ");
}

export function oneLine(text: string): string {
  const line = printable(text.trim().replaceAll(/\s+/g, " "));
  return line.length > maxLine ? `${line.slice(0, maxLine - 1)}…` : line;
}
