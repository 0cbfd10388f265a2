// The review pause, for reading. Reports are Markdown already.
import type { Review, ReviewPauseState } from "@outpost/protocol";
import { age, clip, count, fitLine, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { renderTable } from "./table.ts";

const dayMs = 86_400_000;

export function renderReviewPause(
  { current, nextAtMs, reviews }: ReviewPauseState,
  paint: Paint,
  nowMs: number,
): string {
  const lines = [describeNow(current, nowMs), describeNext(nextAtMs, nowMs)].map((line) => wrap(line, paint.columns));
  if (reviews.length === 0) return lines.join("\n");
  const rows = reviews.map((review) => describeReview(review, nowMs));
  return [...lines, "", ...renderTable([{}, { worth: 1 }, { least: 20 }], rows, paint.columns)].join("\n");
}

function describeNow(current: ReviewPauseState["current"], nowMs: number): string {
  if (current === null) return "no review pause: the queue is not held by one";
  const since = `since ${age(current.sinceMs, nowMs)}`;
  return current.state === "pausing"
    ? `the queue stands ${since}; the report comes when the steps that run have ended`
    : `the queue stands ${since}; read the report with outpost review-pause show, then outpost review-pause resume`;
}

function describeNext(nextAtMs: number | null, nowMs: number): string {
  if (nextAtMs === null) return "next: never by itself, or nothing has happened yet";
  const days = (nextAtMs - nowMs) / dayMs;
  return days <= 0
    ? "next: as soon as runs have been begun"
    : `next: in ${days.toFixed(1)} days, if runs are begun until then`;
}

function describeReview({ id, fromMs, toMs, runsPerDay, successRate }: Review, nowMs: number): string[] {
  const days = Math.max(1, Math.round((toMs - fromMs) / dayMs));
  const success = successRate === null ? "nothing to judge" : `${Math.round(successRate * 100)} % succeeded`;
  return [id, age(toMs, nowMs), `${count(days, "day")}, ${runsPerDay.toFixed(1)} runs a day, ${success}`];
}

/** At a terminal its prose is broken at words, and the rows of its tables are cut. */
export function renderReport(markdown: string, { columns }: Paint): string {
  const lines = printable(markdown.trimEnd()).split("\n");
  const fit = (line: string): string => {
    if (line.startsWith("|")) return clip(line, columns);
    return line.startsWith(" ") ? fitLine(line, columns) : wrap(line, columns);
  };
  return lines.map(fit).join("\n");
}
