// `outpost accept`, `reject`, `revert`, `diff`: what becomes of a change.
import {
  ConflictDetails,
  type DecideChangeRequest,
  isOutpostError,
  OutpostError,
  type TaskId,
} from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { count, renderChange } from "../render/change.ts";
import { printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";

export async function diffCommand(
  context: CommandContext,
  taskId: string,
  options: { revision?: string; patch?: boolean },
): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  const params = { taskId, revision: options.revision ?? "latest" };
  if (options.patch) {
    const revision = params.revision === "latest" ? "latest" : Number(params.revision);
    process.stdout.write(await client.getPatch(taskId as TaskId, revision));
    return;
  }
  context.give(await client.call("getChange", { params }), (change) => renderChange(change, context.paint));
}

export async function acceptCommand(
  context: CommandContext,
  taskId: string,
  options: { revision?: string; target?: string },
): Promise<void> {
  const connection = await context.connect({ mayStart: false });
  const target = options.target;
  if (target !== undefined && target !== "checkout" && target !== "patch") {
    throw new OutpostError("invalid_input", `--target is "${target}"; give checkout or patch`);
  }
  await decideChange(context, connection, taskId, options.revision ?? "latest", {
    decision: "accept",
    ...(target ? { target } : {}),
  });
}

export async function rejectCommand(
  context: CommandContext,
  taskId: string,
  options: { revision?: string; reason?: string },
): Promise<void> {
  const connection = await context.connect({ mayStart: false });
  await decideChange(context, connection, taskId, options.revision ?? "latest", {
    decision: "reject",
    ...(options.reason ? { reason: options.reason } : {}),
  });
}

export async function decideChange(
  context: CommandContext,
  connection: Connection,
  taskId: string,
  revision: number | string,
  body: DecideChangeRequest,
): Promise<void> {
  const decided = await explainConflicts(() =>
    connection.client.call("decideChange", { params: { taskId, revision: String(revision) }, body }),
  );
  context.give(decided, ({ patch, files }) => {
    if (patch !== null) return patch.trimEnd();
    if (body.decision === "reject") return "rejected; nothing was changed";
    return `applied: ${count(files.length, "file")} written. Undo with: outpost revert ${taskId}`;
  });
}

export async function revertCommand(context: CommandContext, taskId: string): Promise<void> {
  const { client } = await context.connect({ mayStart: false });
  const reverted = await explainConflicts(() =>
    client.call("revertChange", { params: { taskId, revision: "latest" } }),
  );
  context.give(reverted, ({ files }) => `reverted: ${count(files.length, "file")} as before`);
}

/** A conflict names each file that stands in the way. */
async function explainConflicts<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const conflicts = isOutpostError(error) ? ConflictDetails.safeParse(error.details) : null;
    if (!conflicts?.success || !isOutpostError(error)) throw error;
    const lines = conflicts.data.conflicts.map(
      (conflict) => `  ${printable(conflict.path)}: ${printable(conflict.reason)}`,
    );
    throw new OutpostError(error.code, `${error.message}\n${lines.join("\n")}`, { details: error.details });
  }
}
