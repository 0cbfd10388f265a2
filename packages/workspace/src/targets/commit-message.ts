// What a commit of an accepted change says: the task's words, the change's summary, and trailers by which it is found again.
// Pure.
import type { Change, TaskId } from "@outpost/protocol";

const MAX_SUBJECT = 72;
const MAX_BODY = 8_000;
const TASK = "Outpost-Task: ";
const REVISION = "Outpost-Change: ";
const REVERTS = "Outpost-Reverts: ";

function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "").trim();
}

/** The first line, cut at a word. */
function subjectOf(instruction: string): string {
  const line = clean(instruction).split("\n")[0]?.trim() ?? "";
  if (line.length <= MAX_SUBJECT) return line;
  const cut = line.slice(0, MAX_SUBJECT - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MAX_SUBJECT / 2)).trimEnd()}…`;
}

/** A line that looks like a trailer of ours would be found as one. */
function withoutTrailers(text: string): string {
  return text.replace(/^(?=Outpost-)/gmu, " ");
}

export function composeMessage(instruction: string, change: Change): string {
  const subject = withoutTrailers(subjectOf(instruction)) || `Change of task ${change.taskId}`;
  const body = withoutTrailers(clean(change.summary)).slice(0, MAX_BODY);
  const parts = body === "" || body === subject ? [subject] : [subject, body];
  return `${[...parts, `${TASK}${change.taskId}\n${REVISION}${change.revision}`].join("\n\n")}\n`;
}

export function composeRevertMessage(instruction: string, change: Change, commit: string): string {
  const subject = withoutTrailers(subjectOf(`Revert "${subjectOf(instruction)}"`));
  return `${subject}\n\nTakes commit ${commit} back.\n\n${TASK}${change.taskId}\n${REVERTS}${change.revision}\n`;
}

/** What to search a history for. */
export function taskTrailer(taskId: TaskId): string {
  return `${TASK}${taskId}`;
}

export function isCommitOf(message: string, change: Change): boolean {
  const lines = message.split("\n");
  return lines.includes(taskTrailer(change.taskId)) && lines.includes(`${REVISION}${change.revision}`);
}
