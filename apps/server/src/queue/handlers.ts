// What the routes of the queue do.
import { type PlainTaskQuery, RepositoryId, ScheduleId } from "@outpost/protocol";
import type { JsonHandlers } from "../api/handlers.ts";
import { nameOf, parseId, taskOf } from "../api/parameters.ts";
import { assertMayAskForAuto } from "../changes/automatic-outcome.ts";
import type { RepositoryService } from "../repositories/repository-service.ts";
import type { QueueService } from "./queue-service.ts";
import type { ScheduleService } from "./schedule-service.ts";

export interface QueueHandlerPorts {
  queue: QueueService;
  schedules: ScheduleService;
  repositories: Pick<RepositoryService, "list">;
}

type QueueHandlers = Pick<
  JsonHandlers,
  | "getQueue"
  | "pauseQueue"
  | "resumeQueue"
  | "pauseTask"
  | "resumeTask"
  | "retryTask"
  | "moveTask"
  | "createSchedule"
  | "listSchedules"
  | "pauseSchedule"
  | "resumeSchedule"
  | "removeSchedule"
>;

const scheduleOf = (params: Record<string, string>) => parseId(ScheduleId, params["scheduleId"], "schedule");

export function createQueueHandlers({ queue, schedules }: QueueHandlerPorts): QueueHandlers {
  return {
    getQueue: ({ query: { repositoryId, limit } }) => queue.view({ limit, ...(repositoryId ? { repositoryId } : {}) }),
    pauseQueue: ({ body: { repositoryId = null, reason = null }, token }) =>
      queue.pause(repositoryId, { kind: "person", by: nameOf(token), reason }),
    resumeQueue: ({ body: { repositoryId = null } }) => queue.resume(repositoryId),
    pauseTask: ({ params, body, token }) => queue.pauseTask(taskOf(params), body.reason, nameOf(token)),
    resumeTask: ({ params, token }) => queue.resumeTask(taskOf(params), nameOf(token)),
    retryTask: ({ params, token }) => queue.retryTask(taskOf(params), nameOf(token)),
    moveTask: ({ params, body, token }) => queue.moveTask(taskOf(params), body.priority, nameOf(token)),
    async createSchedule({ body, token }) {
      assertMayAskForAuto(body.spec, token);
      return schedules.create(body, nameOf(token));
    },
    listSchedules: async ({ query }) => ({ items: await schedules.list(query.repositoryId) }),
    pauseSchedule: ({ params }) => schedules.pause(scheduleOf(params)),
    resumeSchedule: ({ params }) => schedules.resume(scheduleOf(params)),
    async removeSchedule({ params }) {
      await schedules.remove(scheduleOf(params));
      return { items: await schedules.list() };
    },
  };
}

/** A task that came as plain text. Its repository may be named as people name it. */
export function createPlainTaskReader({ repositories }: Pick<QueueHandlerPorts, "repositories">) {
  return async (instruction: string, query: PlainTaskQuery): Promise<unknown> => {
    const { repository, after, ...rest } = query;
    const named = (await repositories.list()).filter(({ id, name }) => id === repository || name === repository);
    const [only, ...others] = named;
    const repositoryId =
      only && others.length === 0 ? only.id : parseId(RepositoryId, repository, "only repository with the name");
    return { repositoryId, instruction, ...rest, ...(after ? { after: [after] } : {}) };
  };
}
