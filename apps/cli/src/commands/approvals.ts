// `outpost approvals`, `approve`, `deny`: what waits for a person, and the decision.
import { readFileSync } from "node:fs";
import {
  type Approval,
  ApprovalId,
  type ListApprovalsQuery,
  OutpostError,
  parsePlan,
  RememberedDecisionId,
} from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { findRepository } from "../connection/repository.ts";
import { renderApprovals, renderRemembered } from "../render/approvals.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { numberOption } from "./number-option.ts";

export async function approvalsCommand(
  context: CommandContext,
  options: { repo?: string; all?: boolean; limit?: string },
): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: 200, otherwise: 20 });
  const connection = await context.connect();
  const query: Partial<ListApprovalsQuery> = {
    limit,
    ...(options.all ? { state: "all" } : {}),
    ...(options.repo ? { repositoryId: (await findRepository(connection, options.repo)).id } : {}),
  };
  const { items, nextCursor } = await connection.client.call("listApprovals", { query });
  context.give(items, () => renderApprovals(items, context.paint, Date.now()));
  if (nextCursor !== null && options.limit === undefined) context.note("there are more: --limit 200");
  if (items.some(({ state, kind }) => state === "pending" && kind !== "change"))
    context.note("decide with: outpost approve ID [answer], outpost deny ID [reason]");
}

export async function decideApprovalCommand(
  context: CommandContext,
  wanted: string,
  words: string[],
  options: { always?: boolean; plan?: string },
  accepted: boolean,
): Promise<void> {
  const plan =
    options.plan === undefined
      ? {}
      : { plan: parsePlan(readFileSync(options.plan === "-" ? 0 : options.plan, "utf8")) };
  const connection = await context.connect();
  const { id } = await findApproval(connection, wanted);
  const body = { accepted, answer: words.join(" ").trim(), remember: options.always === true, ...plan };
  const decided = await connection.client.call("decideApproval", { params: { approvalId: id }, body });
  context.tell(decided, describeDecision);
}

function describeDecision({ state, kind, taskId, rememberedId }: Approval): string {
  const remembered = rememberedId === null ? "" : `; remembered as ${rememberedId} (outpost approvals remembered)`;
  if (kind === "fact") return `${state}; what is known: outpost facts`;
  const next = kind === "change" ? `outpost show ${taskId}` : `outpost watch ${taskId}`;
  return `${state}${remembered}\nfollow the task with: ${next}`;
}

/** By its own id, or by its task's (also "last"): then the one that the task waits with. */
async function findApproval(connection: Connection, wanted: string): Promise<Pick<Approval, "id">> {
  const parsed = ApprovalId.safeParse(wanted);
  if (parsed.success) return { id: parsed.data };
  if (wanted !== "last" && !wanted.startsWith("tsk_"))
    throw new OutpostError(
      "not_found",
      `there is no approval "${wanted}"; give an id of: outpost approvals, a task's id, or "last"`,
    );
  const taskId = await findTaskId(connection, wanted);
  const { items } = await connection.client.call("listApprovals", { query: { taskId, limit: 20 } });
  // No task waits for a fact: it comes last.
  const open = items.find(({ kind }) => kind !== "fact") ?? items[0];
  if (open) return open;
  throw new OutpostError("conflict", `task "${taskId}" waits for no decision`);
}

export async function rememberedCommand(
  context: CommandContext,
  options: { repo?: string; all?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const query = {
    revoked: options.all ? ("true" as const) : ("false" as const),
    ...(options.repo ? { repositoryId: (await findRepository(connection, options.repo)).id } : {}),
  };
  const { items } = await connection.client.call("listRememberedDecisions", { query });
  context.give(items, () => renderRemembered(items, context.paint, Date.now()));
}

export async function forgetCommand(context: CommandContext, wanted: string): Promise<void> {
  const parsed = RememberedDecisionId.safeParse(wanted);
  if (!parsed.success)
    throw new OutpostError(
      "not_found",
      `there is no remembered decision "${wanted}"; see: outpost approvals remembered`,
    );
  const { client } = await context.connect();
  const revoked = await client.call("revokeRememberedDecision", { params: { rememberedId: parsed.data } });
  context.tell(revoked, () => "revoked; from now on a person is asked again");
}
