// `outpost diff`, `accept`, `reject`, `revert`: what becomes of a change.
import {
  ConflictDetails,
  type DecideChangeRequest,
  type DecideChangeResponse,
  isOutpostError,
  OutpostError,
  type TaskId,
} from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { renderChange } from "../render/change.ts";
import { count } from "../render/layout.ts";
import { printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";

interface RevisionOption {
  revision?: string;
}

export async function diffCommand(
  context: CommandContext,
  wanted: string,
  options: RevisionOption & { patch?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const revision = revisionOf(options);
  if (options.patch) {
    const patch = await connection.client.getPatch(taskId, revision);
    context.give({ patch }, () => patch.replace(/\n$/, ""));
    return;
  }
  const change = await connection.client.call("getChange", { params: { taskId, revision } });
  context.give(change, () => renderChange(change, context.paint));
}

export async function acceptCommand(
  context: CommandContext,
  wanted: string,
  options: RevisionOption & { target?: string; allowSecret?: string[] },
): Promise<void> {
  const { target } = options;
  if (target !== undefined && target !== "checkout" && target !== "patch") {
    throw new OutpostError("invalid_input", `--target is "${target}"; give checkout or patch`);
  }
  const body: DecideChangeRequest = {
    decision: "accept",
    ...(target ? { target } : {}),
    ...(options.allowSecret ? { allowSecrets: options.allowSecret } : {}),
  };
  await decideCommand(context, wanted, options, body);
}

export async function rejectCommand(
  context: CommandContext,
  wanted: string,
  options: RevisionOption & { reason?: string },
): Promise<void> {
  const body: DecideChangeRequest = { decision: "reject", ...(options.reason ? { reason: options.reason } : {}) };
  await decideCommand(context, wanted, options, body);
}

async function decideCommand(
  context: CommandContext,
  wanted: string,
  options: RevisionOption,
  body: DecideChangeRequest,
): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const decided = await decideChange(connection, taskId, revisionOf(options), body);
  context.give(decided, renderDecision);
  if (decided.task.state === "applied" && decided.patch === null)
    context.note(`undo it with: outpost revert ${taskId}`);
}

/** Rejects with a `conflict` that names each file that stands in the way. */
export function decideChange(
  { client }: Connection,
  taskId: TaskId,
  revision: number | "latest",
  body: DecideChangeRequest,
): Promise<DecideChangeResponse> {
  return explainConflicts(() => client.call("decideChange", { params: { taskId, revision }, body }));
}

export function renderDecision({ task, patch, files }: DecideChangeResponse): string {
  if (patch !== null) return patch.replace(/\n$/, "");
  if (task.state === "rejected") return "rejected; nothing was changed";
  const names = files.map((file) => `  ${printable(file.path)}`);
  return [`applied: ${count(files.length, "file")} written to the checkout`, ...names].join("\n");
}

export async function revertCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const params = { taskId, revision: "latest" };
  const reverted = await explainConflicts(() => connection.client.call("revertChange", { params }));
  context.give(reverted, ({ files }) =>
    [`reverted: ${count(files.length, "file")} as before`, ...files.map((file) => `  ${printable(file.path)}`)].join(
      "\n",
    ),
  );
}

function revisionOf({ revision }: RevisionOption): number | "latest" {
  if (revision === undefined || revision === "latest") return "latest";
  if (/^[1-9]\d{0,8}$/.test(revision)) return Number(revision);
  throw new OutpostError("invalid_input", `--revision is "${revision}"; give a number from 1, or leave it away`);
}

async function explainConflicts<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const conflicts = isOutpostError(error) ? ConflictDetails.safeParse(error.details) : null;
    if (!conflicts?.success || !isOutpostError(error)) throw error;
    const lines = conflicts.data.conflicts.map(
      (conflict) => `  ${printable(conflict.path)}: ${printable(conflict.reason)}`,
    );
    throw new OutpostError(error.code, [error.message, ...lines].join("\n"), { details: error.details });
  }
}
