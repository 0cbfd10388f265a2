// What is kept of ended tasks, for reading.
import type { Retention, RetentionRun } from "@outpost/protocol";
import { count, day, hang, megabytes } from "./layout.ts";
import type { Paint } from "./paint.ts";

export function renderRetention(retention: Retention, paint: Paint): string {
  const { bytes, freeBytes, tasks, ended, events, oldestEvent, removed, due, keptDays, keptTasks } = retention;
  const free = freeBytes === 0 ? "" : `, ${megabytes(freeBytes)} of them unused`;
  const age = keptDays === 0 ? "for ever" : `for ${count(keptDays, "day")} after their end`;
  const rows: [string, string][] = [
    ["database", `${megabytes(bytes)}${free}`],
    ["tasks", `${count(tasks, "task")}, ${ended.toLocaleString("en")} of them ended; ${count(events, "event")}`],
    ["oldest event", oldestEvent ? `${day(oldestEvent.atMs)}, at position ${oldestEvent.position}` : "none"],
    [
      "ended tasks",
      `kept ${age}, and at most ${keptTasks.toLocaleString("en")} of them; all since ${day(retention.protectedFromMs)}`,
    ],
    ["to go now", describeDue(due)],
    ["removed", describeRemoved(removed)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(13)} ${hang(value, 14, paint.columns)}`).join("\n");
}

function describeDue({ tasks, applied }: Retention["due"]): string {
  if (tasks === 0) return "nothing";
  const lost =
    applied === 0 ? "" : `, ${applied.toLocaleString("en")} of them with a change that can then not be reverted`;
  return `${count(tasks, "task")}${lost}; when nobody works, or now: outpost retention run`;
}

function describeRemoved({ tasks, events, throughPosition, throughMs }: Retention["removed"]): string {
  if (throughMs === null) return "nothing so far";
  return `${count(tasks, "task")} with ${count(events, "event")}, up to ${day(throughMs)} and position ${throughPosition}`;
}

export function renderRetentionRun({ tasks, events, freedBytes, retention }: RetentionRun, paint: Paint): string {
  const freed = freedBytes === 0 ? "" : `; ${megabytes(freedBytes)} given back to the disk`;
  return `removed ${count(tasks, "task")} with ${count(events, "event")}${freed}\n\n${renderRetention(retention, paint)}`;
}
