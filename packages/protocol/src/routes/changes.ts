// What becomes of changes beyond a decision: applied by a client, taken back.

import { RebaseChangeResponse } from "../change-decision.ts";
import { CheckpointList } from "../checkpoint.ts";
import * as clientApply from "../client-apply.ts";
import { RevertRequest } from "../delivery.ts";
import { limits } from "../limits.ts";
import { PatchRequest, PatchResponse } from "../patch.ts";
import { RevertResponse } from "../requests.ts";
import { defineRoutes } from "../route.ts";
import { Task } from "../task.ts";

export const changeRoutes = defineRoutes({
  rebaseChange: {
    method: "POST",
    path: "/v1/tasks/:taskId/changes/:revision/rebase",
    scope: "approve",
    media: "json",
    status: 200,
    reply: RebaseChangeResponse,
    errors: ["not_found", "conflict"],
    summary: "Bring a change onto what is there now",
    description:
      "For a change that no longer fits because its files changed meanwhile: merged three-way it becomes a new revision; where its lines conflict, it goes back to the model with the conflict. The old revision stays readable.",
  },
  revertChange: {
    method: "POST",
    path: "/v1/tasks/:taskId/changes/:revision/revert",
    scope: "approve",
    media: "json",
    status: 200,
    body: RevertRequest,
    reply: RevertResponse,
    errors: ["not_found", "conflict"],
    summary: "Undo an applied change",
    description:
      "Restores exactly the bytes from before, for exactly the paths that were applied; on a branch, what the branch named before. Refused where they changed since: `details.threeWay` says whether `threeWay: true` would keep what changed since and take only the change out.",
  },
  receivePatch: {
    method: "POST",
    path: "/v1/repositories/:repositoryId/patches",
    scope: "submit",
    media: "json",
    status: 201,
    body: PatchRequest,
    maxBodyBytes: limits.patchBodyBytes,
    reply: PatchResponse,
    errors: ["not_found", "invalid_input", "forbidden", "conflict", "limit_exceeded"],
    summary: "Propose a patch from outside",
    description:
      "A unified diff, from git or from `diff -u`, becomes a task of its own with a proposed change, which is decided, applied and reverted like any other. All of it or nothing: a path outside the repository, a binary file, a file or patch over the limits, a hunk that does not fit are refused with a reason. `placements` names hunks that did not fit exactly where they said.",
  },
  listCheckpoints: {
    method: "GET",
    path: "/v1/tasks/:taskId/checkpoints",
    scope: "read",
    media: "json",
    status: 200,
    reply: CheckpointList,
    errors: ["not_found"],
    summary: "The points that a task's files can go back to",
    description: "One for each step that touched files, in order.",
  },
  restoreCheckpoint: {
    method: "POST",
    path: "/v1/tasks/:taskId/checkpoints/:number/restore",
    scope: "submit",
    media: "json",
    status: 200,
    reply: Task,
    errors: ["not_found", "conflict"],
    summary: "Go back to a checkpoint",
    description:
      "The task's next run begins with its worktree as it was at this checkpoint; send a message to let it begin. Nothing outside the task is touched. `conflict` while a run is under way.",
  },
  getChangeBlob: {
    method: "GET",
    path: "/v1/tasks/:taskId/changes/:revision/blobs/:blob",
    scope: "read",
    media: "json",
    status: 200,
    reply: clientApply.ChangeBlob,
    errors: ["not_found"],
    summary: "The bytes of one side of a changed file",
    description: "For clients that apply a change themselves. `blob`: an `oldBlob` or `newBlob` that the change names.",
  },
  reportClientApply: {
    method: "POST",
    path: "/v1/tasks/:taskId/changes/:revision/client",
    scope: "approve",
    media: "json",
    status: 200,
    body: clientApply.ClientReport,
    reply: Task,
    errors: ["not_found", "conflict"],
    summary: "Say that a client applied or reverted a change",
    description:
      "Of a machine where the change was applied (`applied`: the task is then accepted), could not be (`conflict`), or was reverted. Repeating the same report is harmless. `conflict` when the task was decided otherwise meanwhile: then undo it there.",
  },
});
