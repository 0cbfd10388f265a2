// The handlers of `routes/changes.ts`.
import { OutpostError } from "@outpost/protocol";
import type { TaskService } from "../tasks/task-service.ts";
import type { JsonHandlers } from "./handlers.ts";
import { nameOf, repositoryOf, revisionOf, taskOf } from "./parameters.ts";

type ChangeHandlers = Pick<
  JsonHandlers,
  | "rebaseChange"
  | "revertChange"
  | "receivePatch"
  | "listCheckpoints"
  | "restoreCheckpoint"
  | "getChangeBlob"
  | "reportClientApply"
>;

export function createChangeHandlers({ tasks }: { tasks: TaskService }): ChangeHandlers {
  return {
    rebaseChange: ({ params, token }) => tasks.rebase(taskOf(params), revisionOf(params), nameOf(token)),
    revertChange: ({ params, body, token }) => tasks.revert(taskOf(params), revisionOf(params), body, nameOf(token)),
    receivePatch: ({ params, body, token, idempotencyKey }) =>
      tasks.receivePatch(repositoryOf(params), body, nameOf(token), idempotencyKey),
    listCheckpoints: async ({ params }) => ({ items: await tasks.checkpoints.list(taskOf(params)) }),
    restoreCheckpoint: ({ params, token }) =>
      tasks.checkpoints.restore(taskOf(params), numberOf(params["number"]), nameOf(token)),
    getChangeBlob: ({ params }) => tasks.client.getBlob(taskOf(params), revisionOf(params), params["blob"] ?? ""),
    reportClientApply: ({ params, body, token }) =>
      tasks.client.report(taskOf(params), revisionOf(params), body, nameOf(token)),
  };
}

function numberOf(text = ""): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new OutpostError("not_found", `there is no checkpoint "${text.slice(0, 50)}"; give a number`);
}
