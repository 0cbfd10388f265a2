// What a server that ended between the effect of an acceptance and its event has left: files of the checkout, a commit. Found by the apply's
// own record and by the commit's trailers, and put into the log when somebody speaks of the change again. Who accepted it is not known then.
import { type ChangeTargets, type RepositoryHost, type TaskStore, whyNotOpen } from "@outpost/core";
import {
  type AppliedCommit,
  type AppliedFile,
  type DecideChangeRequest,
  type DecideChangeResponse,
  isOutpostError,
  type Repository,
  type Task,
  type TaskEvent,
  type TaskId,
} from "@outpost/protocol";
import { getChangeOf, readAllEvents } from "./change-log.ts";
import type { TaskLocks } from "./task-locks.ts";

export interface UnstoredPorts {
  store: TaskStore;
  host: RepositoryHost;
  targets: ChangeTargets;
  locks: TaskLocks;
  commitAuthor: string;
  append(taskId: TaskId, events: TaskEvent[]): Promise<Task>;
}

interface Unstored {
  revision: number;
  target: "checkout" | "branch";
  files: AppliedFile[];
  undo: string | null;
  commit?: AppliedCommit | null;
  note?: string;
}

/** A commit is as old as its task, but for clocks that were set. */
const clockSlackMs = 86_400_000;

export function createUnstoredApply(ports: UnstoredPorts) {
  const { store, host, targets, locks } = ports;

  /** Null when there is nothing of the newest change, or the log knows of it. */
  async function find(task: Task): Promise<Unstored | null> {
    const events = (await readAllEvents(store, task.id)).map(({ event }) => event);
    if (whyNotOpen(task, events) !== null) return null;
    const change = await getChangeOf(store, task.id, "latest");
    const repository = await store.getRepository(task.spec.repositoryId);
    if (repository.source.type !== "path") return null;
    return locks.run(repository.id, async () => {
      const written = await host.findApplied(repository, change);
      const committed = await targets.findCommit(repository, change, task.createdAtMs - clockSlackMs);
      const { revision } = change;
      if (written) return { revision, target: "checkout", ...written, ...(committed && { commit: committed.commit }) };
      return committed && { revision, target: "branch", undo: null, ...committed };
    });
  }

  async function record(task: Task, unstored: Unstored): Promise<DecideChangeResponse> {
    const decision = { accepted: true, reason: "accepted before the server was interrupted", by: "unknown" };
    const updated = await ports.append(task.id, [{ type: "change.applied", decision, ...unstored }]);
    const { files, commit = null, note = null } = unstored;
    return { task: updated, files, patch: null, commit, note, outcome: "applied" };
  }

  /** The commit that was asked for, where the server ended between the files and it. */
  async function commitWritten(
    repository: Repository,
    task: Task,
    unstored: Unstored,
  ): Promise<Pick<Unstored, "commit" | "note">> {
    const change = await getChangeOf(store, task.id, unstored.revision);
    const words = { instruction: task.spec.instruction, author: ports.commitAuthor };
    try {
      const commit = await locks.run(repository.id, async () =>
        (await targets.prepareCheckoutCommit(repository, change, words))(),
      );
      return { commit };
    } catch (error) {
      if (!isOutpostError(error) || error.code === "internal") throw error;
      return { commit: null, note: `applied, but not committed: ${error.message}` };
    }
  }

  return {
    /** As applied; null when there was nothing of the kind. */
    async recordIfThere(task: Task): Promise<DecideChangeResponse | null> {
      const unstored = await find(task);
      return unstored && record(task, unstored);
    },
    /**
     * For who accepts again. Null when there is nothing, or only the commit that is asked for: to deliver it again finds it, and does what was
     * to follow it.
     */
    async finish(task: Task, request: DecideChangeRequest): Promise<DecideChangeResponse | null> {
      const unstored = await find(task);
      if (unstored === null) return null;
      const { branch = `outpost/${task.id}`, commit = false } = { ...task.spec.delivery, ...request.delivery };
      const target = request.target ?? task.spec.applyTarget;
      if (unstored.target === "branch" && target === "branch" && unstored.commit?.branch === branch) return null;
      const isHalf = unstored.target === "checkout" && target === "checkout" && commit && !unstored.commit;
      if (!isHalf) return record(task, unstored);
      const repository = await store.getRepository(task.spec.repositoryId);
      return record(task, { ...unstored, ...(await commitWritten(repository, task, unstored)) });
    },
  };
}
