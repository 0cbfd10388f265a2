// What happens to a task in the queue, as a line of its progress.
import type { TaskEvent } from "@outpost/protocol";
import type { Paint } from "./paint.ts";

type QueueEventType = "task.queued" | "task.paused" | "task.blocked" | "task.moved" | "task.died";

export function renderQueueEvent(
  event: Extract<TaskEvent, { type: QueueEventType }>,
  paint: Paint,
  fit: (text: string) => string,
): string | null {
  switch (event.type) {
    case "task.queued":
      return renderQueued(event, paint, fit);
    case "task.paused":
      return paint("yellow", fit(event.because ? `paused by ${event.by}: ${event.because}` : `paused by ${event.by}`));
    case "task.blocked":
      return fit(event.because);
    case "task.moved":
      return fit(`priority ${event.priority}, by ${event.by}`);
    case "task.died":
      return paint("red", fit(event.because));
  }
}

function renderQueued(
  event: Extract<TaskEvent, { type: "task.queued" }>,
  paint: Paint,
  fit: (text: string) => string,
): string | null {
  if (event.reason === "retry") {
    const why = event.because ?? (event.by ? `tried again by ${event.by}` : "the run failed and is tried again");
    return paint("yellow", fit(why));
  }
  if (event.reason === "yielded") return paint("yellow", fit(event.because ?? "the queue is paused"));
  if (event.reason === "resumed" && event.by) return fit(`resumed by ${event.by}`);
  if (event.reason === "due") return "its time has come";
  return event.reason === "dependencies" ? "what it comes after is done" : null;
}
