// `outpost run` and `outpost ask`: register, index, submit, watch, show the diff, decide.
import { createInterface } from "node:readline/promises";
import type { Change, SubmitTaskRequest, Task } from "@outpost/protocol";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository } from "../connection/repository.ts";
import { renderChange } from "../render/change.ts";
import { renderOutcome } from "../render/events.ts";
import { printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";
import { decideChange } from "./decide.ts";
import { bringUpToDate } from "./index-repository.ts";
import { exitCodeOf, follow } from "./watch.ts";

export interface RunOptions {
  repo?: string;
  model?: string;
  priority?: string;
  steps?: string;
  dirty?: boolean;
  yes?: boolean;
  detach?: boolean;
  index?: boolean;
}

export async function runCommand(
  context: CommandContext,
  words: string[],
  options: RunOptions,
  workflow: "edit" | "ask",
): Promise<void> {
  const instruction = words.join(" ").trim();
  if (instruction === "")
    throw new OutpostError(
      "invalid_input",
      `say what to do: outpost ${workflow === "ask" ? 'ask "where is … ?"' : 'run "…"'}`,
    );
  const connection = await context.connect();
  const repository = await ensureRepository(connection, options.repo);
  if (options.index !== false) {
    const status = await bringUpToDate(connection, repository, false, context.signal);
    context.say(context.paint("dim", `${repository.name}: ${status.files} files, ${status.chunks} chunks indexed`));
  }
  const body = submission(repository.id, instruction, workflow, options);
  const submitted = await connection.client.call("submitTask", { body, signal: context.signal });
  if (options.detach) {
    context.give(submitted, (task) => `${task.id}\nfollow it with: outpost watch ${task.id}`);
    return;
  }
  context.say(context.paint("dim", submitted.id));
  const task = await followOrCancel(context, connection, submitted);
  await showEnd(context, connection, task, options);
}

function submission(
  repositoryId: Task["spec"]["repositoryId"],
  instruction: string,
  workflow: "edit" | "ask",
  options: RunOptions,
): SubmitTaskRequest {
  return {
    repositoryId,
    instruction,
    workflow,
    priority: numberOption("--priority", options.priority, 5),
    limits: { steps: numberOption("--steps", options.steps, 40), wallClockMs: 3_600_000, tokens: 2_000_000 },
    applyTarget: "checkout",
    base: options.dirty ? "dirty" : "head",
    ...(options.model ? { model: options.model } : {}),
  };
}

function numberOption(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new OutpostError("invalid_input", `${name} is "${text}"; give a number`);
  return Number(text);
}

/** Ctrl-C cancels the task, so that nothing goes on that nobody watches. */
async function followOrCancel(context: CommandContext, connection: Connection, task: Task): Promise<Task> {
  const ask = process.stdin.isTTY && !context.isJson ? askPerson : undefined;
  try {
    return await follow(context, connection, task.id, ask);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const cancelled = await connection.client.call("cancelTask", { params: { taskId: task.id } }).catch((reason) => {
      if (isOutpostError(reason) && reason.code === "conflict") return task;
      throw reason;
    });
    context.say(`cancelled ${cancelled.id}`);
    return cancelled;
  }
}

async function showEnd(
  context: CommandContext,
  connection: Connection,
  task: Task,
  options: RunOptions,
): Promise<void> {
  if (context.isJson) context.give({ task }, String);
  else if (task.outcome) context.say(`\n${renderOutcome(task.outcome, context.paint)}`);
  if (task.state === "waiting")
    context.say(`the task waits for an answer; give it with: outpost answer ${task.id} "…"`);
  process.exitCode = exitCodeOf(task);
  if (task.revision === null || (task.state !== "proposed" && task.state !== "stopped")) return;
  const change = await connection.client.call("getChange", { params: { taskId: task.id, revision: "latest" } });
  context.say(`\n${renderChange(change, context.paint)}\n`);
  await decide(context, connection, task, change, options);
}

async function decide(
  context: CommandContext,
  connection: Connection,
  task: Task,
  change: Change,
  options: RunOptions,
): Promise<void> {
  if (options.yes) {
    await decideChange(context, connection, task.id, change.revision, { decision: "accept" });
    return;
  }
  if (!process.stdin.isTTY || context.isJson) {
    context.say(`nothing was applied. Decide with: outpost accept ${task.id}   or: outpost reject ${task.id}`);
    return;
  }
  const answer = (await askPerson("Apply this change to your checkout?", ["y", "n", "later"])) ?? "later";
  if (/^y/i.test(answer)) await decideChange(context, connection, task.id, change.revision, { decision: "accept" });
  else if (/^n/i.test(answer))
    await decideChange(context, connection, task.id, change.revision, { decision: "reject" });
  else context.say(`nothing was applied. Decide with: outpost accept ${task.id}   or: outpost reject ${task.id}`);
}

async function askPerson(question: string, options: string[]): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (
      await terminal.question(
        `${printable(question)}${options.length > 0 ? ` [${options.map(printable).join("/")}]` : ""} `,
      )
    ).trim();
  } finally {
    terminal.close();
  }
}
