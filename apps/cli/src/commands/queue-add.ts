// `outpost queue add`: a task for later, after others, or again and again; and the schedules that came of it.
import { OutpostError, type ScheduleId, type SubmitTaskRequest, type TaskBudget } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository, findRepository } from "../connection/repository.ts";
import { clip, oneLine } from "../render/layout.ts";
import { clockTime, renderSchedules } from "../render/queue.ts";
import type { CommandContext } from "./context.ts";
import { numberOption } from "./number-option.ts";
import { describePlace, findTaskIds } from "./queue.ts";
import { composeSubmission, type TaskOptions } from "./submission.ts";
import { parseDuration, parseTime } from "./time-option.ts";

export interface AddOptions extends TaskOptions {
  ask?: boolean;
  after?: string[];
  at?: string;
  every?: string;
  cron?: string;
  timeZone?: string;
  name?: string;
  overlap?: boolean;
  retries?: string;
  budgetSteps?: string;
  budgetTokens?: string;
  budgetTime?: string;
  key?: string;
}

const scheduleNameCharacters = 60;

export async function addToQueueCommand(context: CommandContext, words: string[], options: AddOptions): Promise<void> {
  const instruction = words.join(" ").trim();
  const isRecurring = options.every !== undefined || options.cron !== undefined;
  if (isRecurring && (options.at !== undefined || options.after !== undefined))
    throw new OutpostError("invalid_input", "a recurring task has neither --at nor --after; it begins at its times");
  const task = { ...composeSubmission(instruction, options.ask ? "ask" : "edit", options), ...queueing(options) };
  const connection = await context.connect("always");
  const { id: repositoryId } = await ensureRepository(connection, options.repo);
  if (isRecurring) return addSchedule(context, connection, { ...task, repositoryId }, options);
  const after = options.after ? { after: await findTaskIds(connection, options.after) } : {};
  const at = options.at === undefined ? {} : { notBeforeMs: parseTime("--at", options.at, Date.now()) };
  const body = { ...task, repositoryId, ...after, ...at };
  const key = options.key === undefined ? {} : { idempotencyKey: options.key };
  const submitted = await connection.client.call("submitTask", { body, ...key, signal: context.signal });
  context.tell(
    submitted,
    () => `${submitted.id}  ${describePlace(submitted)}\nfollow it with: outpost watch ${submitted.id}`,
  );
}

function queueing(options: AddOptions): Partial<SubmitTaskRequest> {
  const budget = budgetOf(options);
  return {
    ...(budget ? { budget } : {}),
    ...(options.retries === undefined
      ? {}
      : { retries: numberOption("--retries", options.retries, { min: 0, max: 20, otherwise: 0 }) }),
  };
}

function budgetOf({ budgetSteps, budgetTokens, budgetTime }: AddOptions): TaskBudget | undefined {
  const budget: TaskBudget = {
    ...(budgetSteps === undefined
      ? {}
      : { steps: numberOption("--budget-steps", budgetSteps, { min: 1, max: 100_000, otherwise: 1 }) }),
    ...(budgetTokens === undefined
      ? {}
      : { tokens: numberOption("--budget-tokens", budgetTokens, { min: 1000, max: 999_999_999, otherwise: 1000 }) }),
    ...(budgetTime === undefined ? {} : { wallClockMs: parseDuration("--budget-time", budgetTime) }),
  };
  return Object.keys(budget).length > 0 ? budget : undefined;
}

async function addSchedule(
  context: CommandContext,
  connection: Connection,
  spec: SubmitTaskRequest,
  options: AddOptions,
): Promise<void> {
  const times = {
    ...(options.cron === undefined ? {} : { cron: options.cron }),
    ...(options.every === undefined ? {} : { everyMs: parseDuration("--every", options.every) }),
  };
  const body = {
    ...times,
    name: options.name ?? clip(oneLine(spec.instruction), scheduleNameCharacters),
    spec,
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    overlap: options.overlap ? ("allow" as const) : ("skip" as const),
  };
  const schedule = await connection.client.call("createSchedule", { body, signal: context.signal });
  const next = schedule.nextAtMs === null ? "never" : clockTime(schedule.nextAtMs, Date.now());
  context.tell(schedule, () => `${schedule.id}  first at ${next}\nall of them: outpost queue schedules`);
}

export async function schedulesCommand(context: CommandContext, options: { repo?: string }): Promise<void> {
  const connection = await context.connect();
  const repository = options.repo === undefined ? null : await findRepository(connection, options.repo);
  const query = repository ? { repositoryId: repository.id } : {};
  const [{ items }, repositories] = await Promise.all([
    connection.client.call("listSchedules", { query }),
    connection.client.call("listRepositories", {}),
  ]);
  const names = { repositories: repositories.items, nowMs: Date.now() };
  context.give(items, () => renderSchedules(items, names, context.paint));
}

export async function changeScheduleCommand(
  context: CommandContext,
  wanted: string,
  route: "pauseSchedule" | "resumeSchedule" | "removeSchedule",
): Promise<void> {
  const connection = await context.connect();
  const scheduleId = await findScheduleId(connection, wanted);
  const result = await connection.client.call(route, { params: { scheduleId } });
  const done = { pauseSchedule: "paused", resumeSchedule: "goes on", removeSchedule: "removed; its tasks stay" };
  context.tell(result, () => done[route]);
}

async function findScheduleId({ client }: Connection, wanted: string): Promise<ScheduleId> {
  const { items } = await client.call("listSchedules", { query: {} });
  const [found, ...others] = items.filter(({ id, name }) => id === wanted || name === wanted);
  if (found && others.length === 0) return found.id;
  if (found) throw new OutpostError("invalid_input", `"${wanted}" names several schedules; give an id`);
  const known = items.slice(0, 20).map(({ name }) => `"${name}"`);
  const instead = known.length === 0 ? "there are none" : `there is ${known.join(", ")}`;
  throw new OutpostError("not_found", `there is no schedule "${wanted}"; ${instead}`);
}
