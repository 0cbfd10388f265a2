// `outpost diff`, `accept`, `reject`, `revert`: what becomes of a change.
import { type DecideChangeRequest, type DecideChangeResponse, OutpostError, type TaskId } from "@outpost/protocol";
import { applyHere, revertHere } from "../applying/apply-here.ts";
import { type DeliveryOptions, parseDelivery } from "../applying/delivery-options.ts";
import type { Connection } from "../connection/connect.ts";
import { renderChange } from "../render/change.ts";
import { count } from "../render/layout.ts";
import { patchText, printable, printableName } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";
import { explainConflicts } from "./explain-conflicts.ts";
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
    context.give({ patch }, () => patchText(patch));
    return;
  }
  const change = await connection.client.call("getChange", { params: { taskId, revision } });
  context.give(change, () => renderChange(change, context.paint));
}

export async function acceptCommand(
  context: CommandContext,
  wanted: string,
  options: RevisionOption & DeliveryOptions & { allowSecret?: string[] },
): Promise<void> {
  const body: DecideChangeRequest = {
    decision: "accept",
    ...parseDelivery(options),
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
  const decided = await decideChange(context, connection, taskId, revisionOf(options), body);
  context.give(decided, renderDecision);
  if (decided.task.state === "applied" && decided.patch === null)
    context.note(`undo it with: outpost revert ${taskId}`);
}

/** Where the target is `client`, it is applied here. Rejects with a `conflict` that names each file that stands in the way. */
export async function decideChange(
  context: CommandContext,
  connection: Connection,
  taskId: TaskId,
  revision: number | "latest",
  body: DecideChangeRequest,
): Promise<DecideChangeResponse> {
  const params = { taskId, revision };
  const rebase = ({ message }: OutpostError): string | null =>
    message.includes("does not fit") ? `bring it onto what is there now with:\n  outpost rebase ${taskId}` : null;
  if (body.decision === "accept" && (body.target === undefined || body.target === "client")) {
    const change = await connection.client.call("getChange", { params });
    if ((body.target ?? change.applyTarget) === "client") {
      if (body.unattended && change.taint)
        throw new OutpostError(
          "forbidden",
          `the task has read ${change.taint}: look at the change before it is applied here, then: outpost accept ${taskId}`,
        );
      const applied = await explainConflicts(
        context,
        () => applyHere(context, connection, change, process.cwd(), body.allowSecrets),
        rebase,
      );
      return { task: applied.task, files: applied.files, patch: null, note: `applied here, in ${applied.root}` };
    }
  }
  return explainConflicts(context, () => connection.client.call("decideChange", { params, body }), rebase);
}

export function renderDecision(decided: DecideChangeResponse): string {
  const { task, patch, files, commit, note, outcome, undecided = [] } = decided;
  if (outcome === "held") return `kept; ${count(undecided.length, "part")} to decide: outpost review ${task.id}`;
  if (outcome === "revising") return "sent back to the model with your reasons; what you accepted is kept";
  if (outcome === "verifying") return "running the tests on what you accepted";
  if (outcome === "ready") return "decided; applying it here";
  if (patch !== null) return patchText(patch);
  if (task.state === "rejected") return "rejected; nothing was changed";
  const names = files.map((file) => `  ${printableName(file.path)}`);
  const pushed = commit?.pushedTo ? `, pushed to ${printable(commit.pushedTo)}` : "";
  const where = commit ? ` in commit ${commit.commit.slice(0, 12)} on branch ${printable(commit.branch)}${pushed}` : "";
  const what = `applied: ${count(files.length, "file")}${where || " written to the checkout"}`;
  return [what, ...names, ...(note ? [printable(note)] : [])].join("\n");
}

export async function revertCommand(
  context: CommandContext,
  wanted: string,
  options: { threeWay?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const params = { taskId, revision: "latest" };
  const threeWay = options.threeWay ?? false;
  const reverted = await explainConflicts(
    context,
    async () =>
      (await revertHere(context, connection, taskId, threeWay)) ??
      (await connection.client.call("revertChange", { params, body: { threeWay } })),
    ({ details }) =>
      details["threeWay"] === true ? `take only the change out with:\n  outpost revert ${taskId} --three-way` : null,
  );
  context.tell(reverted, ({ files, note }) =>
    [
      `reverted: ${count(files.length, "file")} ${threeWay ? "without the change" : "as before"}`,
      ...files.map((file) => `  ${printableName(file.path)}`),
      ...(note ? [printable(note)] : []),
    ].join("\n"),
  );
}

function revisionOf({ revision }: RevisionOption): number | "latest" {
  if (revision === undefined || revision === "latest") return "latest";
  if (/^[1-9]\d{0,8}$/.test(revision)) return Number(revision);
  throw new OutpostError("invalid_input", `--revision is "${revision}"; give a number from 1, or leave it away`);
}
