// `outpost watch`: a task as it goes, from its first event or from where it is.
import type { Task, TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { renderEvent, renderOutcome } from "../render/events.ts";
import type { CommandContext } from "./context.ts";

/** Follows until the task has ended or waits for a person; answers questions when `ask` is given. Returns the task as it is then. */
export async function follow(
  context: CommandContext,
  connection: Connection,
  taskId: TaskId,
  ask?: (question: string, options: string[]) => Promise<string | null>,
): Promise<Task> {
  const { client } = connection;
  let isInDelta = false;
  for await (const item of client.streamTaskEvents(taskId, { after: 0, signal: context.signal })) {
    if (context.isJson) {
      if (item.kind === "event") process.stdout.write(`${JSON.stringify(item.envelope)}\n`);
    } else if (item.kind === "delta") {
      if (context.paint.isTerminal && item.delta.kind === "content")
        process.stdout.write(context.paint("dim", item.delta.text));
      isInDelta = context.paint.isTerminal && item.delta.kind === "content";
    } else {
      if (isInDelta) process.stdout.write("\n");
      isInDelta = false;
      const line = renderEvent(item.envelope, context.paint);
      if (line !== null) context.say(line);
    }
    if (item.kind === "event" && item.envelope.event.type === "approval.requested") {
      const { approvalId, question, options } = item.envelope.event;
      const answer = ask ? await ask(question, options) : null;
      if (answer === null) break;
      await client.call("answerApproval", { params: { taskId, approvalId }, body: { answer, accepted: true } });
    }
  }
  return client.call("getTask", { params: { taskId } });
}

export async function watchCommand(context: CommandContext, taskId: string): Promise<void> {
  const connection = await context.connect({ mayStart: false });
  const task = await follow(context, connection, taskId as TaskId);
  if (task.outcome) context.say(renderOutcome(task.outcome, context.paint));
  process.exitCode = exitCodeOf(task);
}

/** 0 when the task did what was asked or waits for a decision, 1 when it did not. */
export function exitCodeOf(task: Task): number {
  return ["stopped", "failed", "dead", "cancelled"].includes(task.state) ? 1 : 0;
}
