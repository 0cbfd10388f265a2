// Accepts the changes of tasks that asked for it (`auto`), when tests in the sandbox speak for them, and leaves all others to a person. When
// it looks is the matter of watch-proposed.ts.
import { type TaskStore, whyNotAutomatic } from "@outpost/core";
import { type AccessToken, isOutpostError, OutpostError, type TaskId, type TaskSpec } from "@outpost/protocol";
import type { Logger } from "pino";
import type { TaskService } from "../tasks/task-service.ts";
import { type ProposedWatch, watchProposed } from "./watch-proposed.ts";

export function watchAutomaticOutcomes(
  tasks: Pick<TaskService, "describeChange" | "decide">,
  store: Pick<TaskStore, "getTask" | "listApprovals">,
  logger: Logger,
): ProposedWatch {
  async function look(taskId: TaskId): Promise<void> {
    try {
      const { state, spec } = await store.getTask(taskId);
      if (spec.auto !== true || state !== "proposed") return;
      const change = await tasks.describeChange(taskId, "latest");
      const problem = whyNotAutomatic(change, change.taint ?? null);
      if (problem !== null) {
        logger.info({ taskId, problem }, "automatic_outcome.left_to_person");
        return;
      }
      const reason = "accepted by itself, as the task asked: its tests passed before and after";
      const request = { decision: "accept" as const, reason, unattended: true };
      await tasks.decide(taskId, change.revision, request, automaticName);
      logger.info({ taskId, revision: change.revision }, "automatic_outcome.accepted");
    } catch (error) {
      // A conflict is an event of the task, a refusal the policy's word; a person decides.
      if (isOutpostError(error) && error.code !== "internal")
        logger.warn({ taskId, problem: error.message }, "automatic_outcome.refused");
      else logger.error({ err: error, taskId }, "automatic_outcome.failed");
    }
  }
  return watchProposed(store, look);
}

/** In decisions and in the audit log. */
export const automaticName = "auto";

type Asked = Pick<TaskSpec, "auto" | "applyTarget" | "dryRun">;

/** Who lets a task accept its own change decides it in advance, and needs the right to. Throws `forbidden`, or `invalid_input` for what makes no sense. */
export function assertMayAskForAuto({ auto, applyTarget, dryRun }: Asked, token: AccessToken | null): void {
  if (auto !== true) return;
  if (dryRun === true || applyTarget === "client" || applyTarget === "patch")
    throw new OutpostError(
      "invalid_input",
      `"auto" applies the change on the server: give the target checkout or branch, and no dry run`,
    );
  if (token?.scopes.includes("approve")) return;
  throw new OutpostError(
    "forbidden",
    `the token "${token?.name ?? ""}" may not decide changes, so it may not let a task accept its own ("auto"); this needs "approve"`,
  );
}
