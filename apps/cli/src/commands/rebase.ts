// `outpost rebase`: a change whose files others changed meanwhile.
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { giveAdvice } from "./watch.ts";

export async function rebaseCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const params = { taskId: await findTaskId(connection, wanted), revision: "latest" };
  const rebased = await connection.client.call("rebaseChange", { params });
  context.tell(rebased, ({ outcome, task, baseCommit }) =>
    outcome === "revised"
      ? `merged with what is there now (${baseCommit.slice(0, 10)}): revision ${task.revision}`
      : `the same lines were changed; the task does it again from what is there now: outpost watch ${task.id}`,
  );
  giveAdvice(context, rebased.task);
}
