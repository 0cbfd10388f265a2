// `outpost watch`: a task as it goes, from its first event or from where it is.
import type { EventEnvelope, Task, TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { type Activity, createActivity } from "../render/activity.ts";
import { adviceFor } from "../render/advice.ts";
import { createEventRenderer } from "../render/events.ts";
import { renderOutcome } from "../render/outcome.ts";
import type { Paint } from "../render/paint.ts";
import { createProgressLine } from "../render/progress.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { type Ask, settleApproval } from "./settle-approval.ts";

export interface Following {
  taskId: TaskId;
  /** Only what comes behind this event; absent: from the beginning. */
  after?: number;
  /** Where lines for people go, and with which colours. */
  print(line: string): void;
  paint: Paint;
  /** Asks a person; null when there is no answer. Absent: nobody is there. */
  ask?: Ask;
}

/** Follows until the task has ended or waits for an answer that nobody gives. Returns the task as it is then. */
export async function follow(context: CommandContext, connection: Connection, following: Following): Promise<Task> {
  const { taskId } = following;
  const render = createEventRenderer(following.paint);
  const activity = createActivity(createProgressLine(process.stderr));
  const stream = connection.client.streamTaskEvents(taskId, {
    after: following.after ?? 0,
    signal: context.signal,
    onReconnecting: () => activity.say(`${connection.url} does not answer; trying again`),
  });
  try {
    for await (const item of stream) {
      if (item.kind === "delta") {
        if (item.delta.kind === "content") activity.noteDelta(item.delta);
        continue;
      }
      context.emit(item.envelope);
      const line = context.isJson ? null : render(item.envelope);
      if (line !== null) {
        activity.hide();
        following.print(line);
      }
      activity.note(item.envelope.event);
      if (!(await settleQuestion(connection, following, activity, item.envelope))) break;
    }
  } finally {
    activity.end();
  }
  return connection.client.call("getTask", { params: { taskId } });
}

/** False when the task waits for an answer and there is none. */
async function settleQuestion(
  { client }: Pick<Connection, "client">,
  { taskId, ask }: Following,
  activity: Activity,
  { event, seq }: EventEnvelope,
): Promise<boolean> {
  if (event.type !== "approval.requested") return true;
  const task = await client.call("getTask", { params: { taskId } });
  // Who watches from the beginning also sees the questions that were answered long ago.
  if (task.seq > seq) return true;
  activity.hide();
  return ask ? settleApproval({ client }, event, ask) : false;
}

export async function watchCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await follow(context, connection, { taskId, print: context.say, paint: context.paint });
  context.emit({ task });
  if (task.outcome) context.say(`\n${renderOutcome(task.outcome, context.paint)}`);
  giveAdvice(context, task);
  process.exitCode = exitCodeOf(task);
}

/** 0 when the task did what was asked or proposes it, 1 when it did not, or cannot go on by itself. */
export function exitCodeOf(task: Task): number {
  return ["stopped", "failed", "dead", "cancelled", "waiting"].includes(task.state) ? 1 : 0;
}

/** What to do next, where there is something. */
export function giveAdvice(context: CommandContext, task: Task): void {
  const advice = adviceFor(task, context.notePaint.columns);
  if (advice !== "") context.note(advice);
}
