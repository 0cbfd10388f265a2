// `outpost tasks`, `show`, `cancel`, `say`, `answer`: tasks from outside.
import { OutpostError, type Task, type TaskId, TaskState } from "@outpost/protocol";
import { findRepository } from "../connection/repository.ts";
import { oneLine, renderOutcome } from "../render/events.ts";
import type { Paint } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";

export async function tasksCommand(
  context: CommandContext,
  options: { repo?: string; state?: string; limit: string },
): Promise<void> {
  const connection = await context.connect();
  const state = TaskState.optional().safeParse(options.state);
  if (!state.success)
    throw new OutpostError(
      "invalid_input",
      `--state is "${options.state}"; give one of ${TaskState.options.join(", ")}`,
    );
  const query = {
    limit: Number(options.limit),
    ...(state.data ? { state: state.data } : {}),
    ...(options.repo ? { repositoryId: (await findRepository(connection, options.repo)).id } : {}),
  };
  const page = await connection.client.call("listTasks", { query });
  context.give(page.items, (items) =>
    items.length === 0 ? "no tasks" : items.map((task) => renderTask(task, context.paint)).join("\n"),
  );
}

export async function showCommand(context: CommandContext, taskId: string): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  const task = await client.call("getTask", { params: { taskId } });
  context.give(task, (value) => {
    const lines = [
      renderTask(value, context.paint),
      `  ${value.spec.instruction}`,
      `  attempt ${value.attempt}, ${value.seq} events, submitted ${new Date(value.createdAtMs).toISOString()}`,
    ];
    if (value.revision !== null) lines.push(`  change revision ${value.revision}: outpost diff ${value.id}`);
    if (value.outcome) lines.push("", renderOutcome(value.outcome, context.paint));
    return lines.join("\n");
  });
}

export async function cancelCommand(context: CommandContext, taskId: string): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  context.give(await client.call("cancelTask", { params: { taskId } }), (task) =>
    task.state === "running" ? "cancelling" : "cancelled",
  );
}

export async function sayCommand(context: CommandContext, taskId: string, words: string[]): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  const task = await client.call("addMessage", { params: { taskId }, body: { text: words.join(" ") } });
  context.give(task, (value) => `said; the task is ${value.state}`);
}

/** Answers the open question of a waiting task. */
export async function answerCommand(context: CommandContext, taskId: string, words: string[]): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  const approvalId = await openQuestion(client, taskId as TaskId);
  const task = await client.call("answerApproval", {
    params: { taskId, approvalId },
    body: { answer: words.join(" "), accepted: true },
  });
  context.give(task, (value) => `answered; the task is ${value.state}`);
}

async function openQuestion(
  client: Awaited<ReturnType<CommandContext["connect"]>>["client"],
  taskId: TaskId,
): Promise<string> {
  const open = new Set<string>();
  for (let after = 0; ; ) {
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: 200 } });
    for (const { event } of items) {
      if (event.type === "approval.requested") open.add(event.approvalId);
      if (event.type === "approval.decided") open.delete(event.approvalId);
    }
    after = items.at(-1)?.seq ?? after;
    if (items.length < 200) break;
  }
  const [first] = open;
  if (first) return first;
  throw new OutpostError("conflict", `task "${taskId}" asks nothing`);
}

function renderTask(task: Task, paint: Paint): string {
  const colour = {
    proposed: "cyan",
    applied: "green",
    answered: "green",
    finished: "green",
    failed: "red",
    stopped: "yellow",
  } as const;
  const format = colour[task.state as keyof typeof colour];
  const state = format ? paint(format, task.state.padEnd(9)) : task.state.padEnd(9);
  return `${task.id}  ${state} ${paint("dim", String(task.spec.priority))}  ${oneLine(task.spec.instruction).slice(0, 80)}`;
}
