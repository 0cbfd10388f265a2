// A unified diff from outside becomes a task of its own with a proposed change, so that decisions, apply and revert work on it as on any other.
import type { PatchIntake, RepositoryHost, TaskStore } from "@outpost/core";
import {
  type Change,
  type ChangeFile,
  type NewId,
  OutpostError,
  type PatchRequest,
  type PatchResponse,
  type Repository,
  type RepositoryId,
  type TaskId,
  TaskSpec,
} from "@outpost/protocol";
import { reviewedAnew } from "../changes/with-verification.ts";

export interface ReceivePatchPorts {
  store: TaskStore;
  host: RepositoryHost;
  patches: PatchIntake;
  newId: NewId;
  nowMs: () => number;
  onAppended(taskId: TaskId): void;
  /** Takes secrets out of what is stored of a change, and names what looks like one. */
  inspectChange(files: readonly ChangeFile[]): Promise<Pick<Change, "files" | "secrets">>;
}

/** Rejects as `PatchIntake.receive` does: then there is no task. */
export async function receivePatch(
  ports: ReceivePatchPorts,
  repositoryId: RepositoryId,
  request: PatchRequest,
  by: string,
  idempotencyKey: string | undefined,
): Promise<PatchResponse> {
  const { store, newId } = ports;
  const repository = await store.getRepository(repositoryId);
  const taskId = newId("tsk");
  const baseCommit = await chooseBase(ports, repository, request.base);
  const patch = bytesOf(request);
  const received = await ports.patches.receive({ repository, taskId, baseCommit, patch });
  const inspected = await ports.inspectChange(received.change.files);
  const { title, base, applyTarget } = request;
  const spec = TaskSpec.parse({ repositoryId, instruction: title, base, applyTarget });
  const { task, created } = await store.createTask({
    taskId,
    spec,
    by,
    nowMs: ports.nowMs(),
    ...(idempotencyKey ? { idempotencyKey } : {}),
    proposal: {
      change: reviewedAnew({
        ...received.change,
        ...inspected,
        ...{ taskId, revision: 1, applyTarget, summary: title, tests: [] },
      }),
      checkpoint: received.commit,
      approvalId: newId("apr"),
    },
  });
  if (created) ports.onAppended(taskId);
  return { task, placements: received.placements };
}

async function chooseBase({ host }: ReceivePatchPorts, repository: Repository, base: PatchRequest["base"]) {
  const { headCommit } = await host.import(repository);
  return headCommit && base === "head" ? headCommit : host.snapshot(repository);
}

function bytesOf({ patch, encoding }: PatchRequest): Uint8Array {
  if (encoding === "utf8") return new TextEncoder().encode(patch);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(patch)) throw new OutpostError("invalid_input", "the patch is no base64");
  return new Uint8Array(Buffer.from(patch, "base64"));
}
