// `outpost tasks`, `cancel`, `say`, `answer`: tasks from outside, and what one of them is.
import { OutpostError, type Repository, type Task, type TaskId, TaskState } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { findRepository } from "../connection/repository.ts";
import { age, count, fitLine, oneLine, wrap } from "../render/layout.ts";
import { renderOutcome } from "../render/outcome.ts";
import { type Paint, printable } from "../render/paint.ts";
import { type Column, renderTable } from "../render/table.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { numberOption } from "./number-option.ts";

const eventPage = 200;

export async function tasksCommand(
  context: CommandContext,
  options: { repo?: string; state?: string; limit?: string },
): Promise<void> {
  const state = TaskState.optional().safeParse(options.state);
  if (!state.success)
    throw new OutpostError(
      "invalid_input",
      `--state is "${options.state}"; give one of ${TaskState.options.join(", ")}`,
    );
  const limit = numberOption("--limit", options.limit, { min: 1, max: 200, otherwise: 20 });
  const connection = await context.connect();
  const query = {
    limit,
    ...(state.data ? { state: state.data } : {}),
    ...(options.repo ? { repositoryId: (await findRepository(connection, options.repo)).id } : {}),
  };
  const [{ items, nextCursor }, repositories] = await Promise.all([
    connection.client.call("listTasks", { query }),
    connection.client.call("listRepositories", {}),
  ]);
  context.give(items, () => renderTasks(items, repositories.items, context.paint));
  if (nextCursor !== null && options.limit === undefined) context.note("there are more: --limit 200");
}

export function renderTasks(tasks: readonly Task[], repositories: readonly Repository[], paint: Paint): string {
  if (tasks.length === 0) return 'no tasks; begin one with: outpost run "…" or outpost ask "…"';
  const nameOf = (task: Task): string =>
    printable(repositories.find((repository) => repository.id === task.spec.repositoryId)?.name ?? "(forgotten)");
  const rows = tasks.map((task) => [
    task.id,
    paintState(task.state, paint),
    paint("dim", age(task.createdAtMs, Date.now())),
    nameOf(task),
    oneLine(printable(task.spec.instruction)),
  ]);
  return renderTable(taskColumns, rows, paint.columns).join("\n");
}

const taskColumns: Column[] = [{}, { worth: 3 }, { align: "right", worth: 2 }, { worth: 1 }, { least: 20 }];

function paintState(state: TaskState, paint: Paint): string {
  const colours = {
    proposed: "cyan",
    waiting: "cyan",
    applied: "green",
    answered: "green",
    finished: "green",
    failed: "red",
    dead: "red",
    stopped: "yellow",
  } as const;
  const colour = colours[state as keyof typeof colours];
  return colour ? paint(colour, state) : state;
}

export function renderTask(task: Task, paint: Paint): string {
  const { spec } = task;
  const notes = [
    `submitted ${age(task.createdAtMs, Date.now())}`,
    spec.workflow === "ask" ? "a question" : null,
    task.attempt > 1 ? `attempt ${task.attempt}` : null,
    spec.priority === 5 ? null : `priority ${spec.priority}`,
    spec.model ? `model ${spec.model}` : null,
    describeExpandGoal(spec.expandGoal),
    task.revision === null ? null : `change revision ${task.revision}`,
    count(task.seq, "event"),
  ].filter((note) => note !== null);
  return [
    `${task.id}  ${paintState(task.state, paint)}`,
    wrap(printable(spec.instruction), paint.columns),
    fitLine(paint("dim", notes.join(", ")), paint.columns),
    ...(task.outcome ? ["", renderOutcome(task.outcome, paint)] : []),
  ].join("\n");
}

function describeExpandGoal(expandGoal: boolean | undefined): string | null {
  if (expandGoal === undefined) return null;
  return expandGoal ? "asks its model for words to look for" : "asks no model for words to look for";
}

export async function cancelCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("cancelTask", { params: { taskId } });
  context.tell(task, () => (task.state === "running" ? "cancelling; what runs is being ended" : "cancelled"));
}

export async function sayCommand(context: CommandContext, wanted: string, words: string[]): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const body = { text: textOf(words) };
  const task = await connection.client.call("addMessage", { params: { taskId }, body });
  context.tell(task, () => `said; the task is ${task.state}. Follow it with: outpost watch ${taskId}`);
}

/** Answers the open question of a waiting task. */
export async function answerCommand(context: CommandContext, wanted: string, words: string[]): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const body = { answer: textOf(words), accepted: true };
  const approvalId = await findOpenQuestion(connection, taskId);
  const task = await connection.client.call("answerApproval", { params: { taskId, approvalId }, body });
  context.tell(task, () => `answered; the task is ${task.state}. Follow it with: outpost watch ${taskId}`);
}

function textOf(words: string[]): string {
  const text = words.join(" ").trim();
  if (text !== "") return text;
  throw new OutpostError("invalid_input", "the text is empty; say something");
}

async function findOpenQuestion({ client }: Connection, taskId: TaskId): Promise<string> {
  const open = new Set<string>();
  for (let after = 0; ; ) {
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: eventPage } });
    for (const { event } of items) {
      if (event.type === "approval.requested") open.add(event.approvalId);
      if (event.type === "approval.decided") open.delete(event.approvalId);
    }
    after = items.at(-1)?.seq ?? after;
    if (items.length < eventPage) break;
  }
  const [first] = open;
  if (first) return first;
  throw new OutpostError("conflict", `task "${taskId}" asks nothing; to tell it something: outpost say ${taskId} "…"`);
}
