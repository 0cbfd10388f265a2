// `outpost apply FILE.diff`: a patch from anywhere becomes a change, is shown, and decided like any other.
import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  type ApplyTarget,
  type Change,
  type DecideChangeResponse,
  type Delivery,
  OutpostError,
  type PatchPlacement,
  type PatchRequest,
} from "@outpost/protocol";
import { type DeliveryOptions, parseDelivery } from "../applying/delivery-options.ts";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository } from "../connection/repository.ts";
import { renderChange } from "../render/change.ts";
import { count } from "../render/layout.ts";
import { printableName } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";
import { decideChange, renderDecision } from "./decide.ts";
import { explainConflicts } from "./explain-conflicts.ts";
import { reviewTask } from "./review.ts";
import { askForDecision } from "./run.ts";

export interface ApplyPatchOptions extends DeliveryOptions {
  repo?: string;
  title?: string;
  dirty?: boolean;
  yes?: boolean;
}

export async function applyPatchCommand(
  context: CommandContext,
  file: string,
  options: ApplyPatchOptions,
): Promise<void> {
  const { target, delivery } = parseDelivery(options);
  const body = await readRequest(file, options, target);
  const connection = await context.connect("always");
  const repository = await ensureRepository(connection, options.repo);
  const params = { repositoryId: repository.id };
  const { task, placements } = await explainConflicts(context, () =>
    connection.client.call("receivePatch", { params, body }),
  );
  for (const placement of placements) context.note(context.notePaint("yellow", renderPlacement(placement)));
  const change = await connection.client.call("getChange", { params: { taskId: task.id, revision: 1 } });
  context.say(renderChange(change, context.paint));
  const decision = await decideGiven(context, connection, change, options.yes, delivery);
  if (!decision) context.note(`proposed as task ${task.id}; decide it with: outpost accept ${task.id}`);
  context.emit({ task: decision?.task ?? task, placements, change, decision });
}

/** Null: left for later. */
async function decideGiven(
  context: CommandContext,
  connection: Connection,
  change: Change,
  yes: boolean | undefined,
  delivery: Delivery | undefined,
): Promise<DecideChangeResponse | null> {
  const verdict = yes ? "accept" : await askForDecision(context, change);
  if (verdict === null) return null;
  if (verdict === "review") return reviewTask(context, connection, change.taskId);
  const body = { decision: verdict, ...(delivery ? { delivery } : {}), ...(yes ? { unattended: true } : {}) };
  const decided = await decideChange(context, connection, change.taskId, change.revision, body);
  context.say(renderDecision(decided));
  return decided;
}

async function readRequest(file: string, options: ApplyPatchOptions, target?: ApplyTarget): Promise<PatchRequest> {
  const bytes = await readPatch(file);
  if (bytes.length === 0) throw new OutpostError("invalid_input", `"${file}" is empty; give a unified diff`);
  const encoding = isUtf8(bytes) ? "utf8" : "base64";
  return {
    patch: bytes.toString(encoding),
    encoding,
    title: options.title ?? (file === "-" ? "a patch from standard input" : `apply ${basename(file)}`),
    base: options.dirty ? "dirty" : "head",
    applyTarget: target ?? "checkout",
  };
}

async function readPatch(file: string): Promise<Buffer> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(file);
  } catch (cause) {
    throw new OutpostError("not_found", `"${file}" cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}

function renderPlacement({ path, hunk, offset, fuzz, lineEndings }: PatchPlacement): string {
  const notes = [
    ...(offset === 0 ? [] : [`${count(Math.abs(offset), "line")} ${offset > 0 ? "further down" : "further up"}`]),
    ...(fuzz === 0 ? [] : [`without ${count(fuzz, "context line")} at its ends`]),
    ...(lineEndings ? ["with the file's own line ends"] : []),
  ];
  return `${printableName(path)}: hunk ${hunk} fits ${notes.join(", ")}`;
}
