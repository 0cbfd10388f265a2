// `outpost show`: one task, its plan, how it ended, and what its model requests were made of.
import { type EventEnvelope, OutpostError, renderPlan, type TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { collectDetails, renderPlanDetails, renderRequests } from "../render/requests.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { renderTask } from "./tasks.ts";
import { giveAdvice } from "./watch.ts";

const eventPage = 200;

export async function showCommand(
  context: CommandContext,
  wanted: string,
  options: { requests?: boolean; plan?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("getTask", { params: { taskId } });
  const { plan, requests } = collectDetails(await readEvents(connection, taskId));
  if (options.plan) {
    if (plan === null) throw new OutpostError("not_found", `task "${taskId}" has no plan`);
    context.give(plan, renderPlan);
    return;
  }
  const shown = options.requests ? requests : requests.slice(-1);
  context.give(options.requests ? { ...task, plan, requests } : { ...task, plan }, () => {
    const blocks = [
      [renderTask(task, context.paint)],
      renderPlanDetails(plan, context.paint),
      renderRequests(shown, context.paint.columns).map((line) => context.paint("dim", line)),
    ];
    return blocks
      .filter((block) => block.length > 0)
      .map((block) => block.join("\n"))
      .join("\n\n");
  });
  giveAdvice(context, task);
}

async function readEvents({ client }: Connection, taskId: TaskId): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const after = all.at(-1)?.seq ?? 0;
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: eventPage } });
    all.push(...items);
    if (items.length < eventPage) return all;
  }
}
