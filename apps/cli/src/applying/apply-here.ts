// Target `client`: applies a change to a checkout on this machine, and reverts it there, with the code and the checks that the server uses
// on its own. Journal and bytes for undo lie in the person's data directory; what a crash left is taken up by the next such command.
// Does not know hunks or decisions: the change comes whole from the server, which is told what became of it.
import { hostname } from "node:os";
import { join } from "node:path";
import { applyChange, findUndoRecord, recoverJournals, revertChange } from "@outpost/checkout";
import {
  type AppliedFile,
  type Change,
  isOutpostError,
  OutpostError,
  type RevertResponse,
  type Task,
  type TaskEventOf,
} from "@outpost/protocol";
import type { CommandContext } from "../commands/context.ts";
import type { Connection } from "../connection/connect.ts";
import { findRoot } from "../connection/repository.ts";
import { dataDirectoryOf } from "../connection/settings.ts";

const eventPage = 200;

interface Place {
  undoDirectory: string;
  journalDirectory: string;
  nowMs: () => number;
}

/** After recovery of what an earlier command was killed in. */
async function openPlace(context: CommandContext): Promise<Place> {
  if (process.platform === "win32")
    throw new OutpostError(
      "unavailable",
      "changes cannot be applied on Windows by the command itself; take it as a patch: outpost accept --target patch",
    );
  const directory = join(dataDirectoryOf(context.flags), "client");
  const place = {
    undoDirectory: join(directory, "undo"),
    journalDirectory: join(directory, "journals"),
    nowMs: Date.now,
  };
  for (const line of await recoverJournals(place)) context.note(line);
  return place;
}

/** Rejects with `conflict` (nothing written); then the task is told, and stays open. */
export async function applyHere(
  context: CommandContext,
  { client }: Connection,
  change: Change,
  folder: string,
  allowSecrets: string[] = [],
): Promise<{ task: Task; files: AppliedFile[]; root: string }> {
  requireAllowed(change, allowSecrets);
  const place = await openPlace(context);
  const root = findRoot(folder);
  const params = { taskId: change.taskId, revision: change.revision };
  const readBlob = async (blob: string): Promise<Uint8Array> => {
    const { base64 } = await client.call("getChangeBlob", { params: { ...params, blob } });
    return new Uint8Array(Buffer.from(base64, "base64"));
  };
  const input = { ...place, checkoutRoot: root, change, readBlob };
  const applied = await applyChange(input).catch(async (error: unknown) => {
    const conflicts = isOutpostError(error) ? error.details["conflicts"] : undefined;
    if (Array.isArray(conflicts))
      await client.call("reportClientApply", { params, body: { result: "conflict", conflicts } }).catch(() => null);
    throw error;
  });
  try {
    const body = { result: "applied" as const, ...applied, machine: hostname().slice(0, 200), allowSecrets };
    return { task: await client.call("reportClientApply", { params, body }), files: applied.files, root };
  } catch (error) {
    // Decided otherwise meanwhile: then it must not stay here. What could not be told otherwise may be told again by repeating the command.
    if (isOutpostError(error) && (error.code === "conflict" || error.code === "forbidden"))
      await revertChange({ ...place, checkoutRoot: root, ...applied });
    throw error;
  }
}

/** As the server would refuse it; there it is looked at again. */
function requireAllowed({ secrets = [] }: Change, allowed: readonly string[]): void {
  const found = secrets.filter(({ id }) => !allowed.includes(id));
  if (found.length === 0) return;
  const places = found.slice(0, 5).map(({ what, path, line, id }) => `${what} at ${path}:${line} (${id})`);
  throw new OutpostError(
    "conflict",
    `the change adds what looks like a secret: ${places.join(", ")}; reject it, or allow each with --allow-secret`,
    { details: { reason: "secrets", secrets: found } },
  );
}

/** Undoes what this machine applied of the task. Null: the newest change was not applied by a client. */
export async function revertHere(
  context: CommandContext,
  { client }: Connection,
  taskId: string,
  threeWay: boolean,
): Promise<RevertResponse | null> {
  const applied = await findApplied(client, taskId);
  if (applied?.target !== "client" || applied.undo === null) return null;
  const place = await openPlace(context);
  const record = await findUndoRecord(place.undoDirectory, applied.undo);
  if (!record)
    throw new OutpostError(
      "conflict",
      `the change was applied on the machine "${applied.machine ?? "unknown"}", and nothing is kept here to undo it; revert it there`,
    );
  const { files, undo, revision } = applied;
  const written = await revertChange({ ...place, checkoutRoot: record.root, files, undo, threeWay });
  const body = { result: "reverted" as const, files: written };
  return { task: await client.call("reportClientApply", { params: { taskId, revision }, body }), files: written };
}

async function findApplied(
  client: Connection["client"],
  taskId: string,
): Promise<TaskEventOf<"change.applied"> | null> {
  let found: TaskEventOf<"change.applied"> | null = null;
  for (let after = 0; ; ) {
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: eventPage } });
    for (const { event } of items) if (event.type === "change.applied") found = event;
    after = items.at(-1)?.seq ?? after;
    if (items.length < eventPage) return found;
  }
}
