// The janitor of ended tasks: removes what is past its time, in transactions of a few milliseconds with pauses between, when nobody works; a
// server that always works is swept once a day all the same. First the rows go, then the files: killed between, the next round goes on.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RemovableTask, RepositoryHost, TaskStore, UncollectedTask } from "@outpost/core";
import { OutpostError, type RepositoryId, type Retention, type RetentionRun, type TaskId } from "@outpost/protocol";
import type { Logger } from "pino";
import { outputsName } from "../command-outputs/output-files.ts";
import type { TaskLocks } from "../tasks/task-locks.ts";
import { planRetention, type RetentionSettings } from "./retention-times.ts";

export interface RetentionPorts {
  store: TaskStore;
  host: Pick<RepositoryHost, "forgetTasks">;
  /** Of tasks and of repositories: nothing is removed of what a person is deciding just now. */
  locks: TaskLocks;
  /** The end of the last review's report; null: there is none. */
  reportedToMs(): Promise<number | null>;
  settings: RetentionSettings;
  dataDirectory: string;
  nowMs: () => number;
  logger: Logger;
}

export interface RetentionService {
  show(): Promise<Retention>;
  /** At once, whoever works. Rejects with `conflict` while a round is under way. */
  run(): Promise<RetentionRun>;
  /** A round, when it is time for one. To be called now and then, never twice at once. */
  advance(): Promise<void>;
  /** What will be removable at a time to come, if a report covers all until `reportedToMs`. */
  preview(atMs: number, reportedToMs: number): Promise<Retention["due"]>;
}

const dayMs = 86_400_000;
/** A round that waits for a quiet moment waits no longer than this. */
const maxWaitMs = dayMs;
const eventsPerTransaction = 500;
const tasksPerTransaction = 50;
const listedTasks = 1_000;
const tasksPerSweep = 200;
const bytesPerShrink = 1_048_576;
/** The database belongs to others for this many times as long as a transaction took, and at least so long. */
const pauseFactor = 5;
const minPauseMs = 20;
const previewedTasks = 5_000;

type MayGoOn = () => Promise<boolean>;
type Swept = { tasks: number; events: number };

export function createRetentionService(ports: RetentionPorts): RetentionService {
  const { store, settings, nowMs, logger } = ports;
  let lastRoundMs = nowMs();
  let isUnderWay = false;

  const listAt = async (atMs: number, reportedToMs: number | null, limit: number): Promise<RemovableTask[]> => {
    const times = planRetention(settings, reportedToMs, atMs);
    return store.listRemovable({ nowMs: atMs, ...times, keptTasks: settings.keptTasks, limit });
  };
  const isBusy = async (): Promise<boolean> =>
    (await store.listWorkers(nowMs())).length > 0 || (await store.countTasks(["queued"])) > 0;

  /** Nested, so that all are held at once; everybody else takes one of them at a time. */
  const holding = <Value>(keys: readonly string[], work: () => Promise<Value>): Promise<Value> => {
    const [key, ...others] = keys;
    return key === undefined ? work() : ports.locks.run(key, () => holding(others, work));
  };

  async function paced<Value>(work: () => Promise<Value>): Promise<Value> {
    const startMs = performance.now();
    const value = await work();
    await sleep(Math.max(minPauseMs, (performance.now() - startMs) * pauseFactor));
    return value;
  }

  async function removeRows(mayGoOn: MayGoOn): Promise<Swept> {
    const done = { tasks: 0, events: 0 };
    for (let before = -1; done.tasks > before; ) {
      before = done.tasks;
      let listed = await listAt(nowMs(), await ports.reportedToMs(), listedTasks);
      while (listed.length > 0 && (await mayGoOn())) {
        const batch = listed.slice(0, tasksPerTransaction);
        const ids = batch.map(({ taskId }) => taskId);
        const removed = await paced(() => holding(ids, () => store.removeTasks(batch, eventsPerTransaction, nowMs())));
        done.tasks += removed.tasks;
        done.events += removed.events;
        listed = listed.slice(removed.taken);
      }
    }
    return done;
  }

  /** Page by page, so that those which cannot be collected keep nobody waiting. */
  async function collectFiles(mayGoOn: MayGoOn): Promise<void> {
    for (let page = await store.listUncollected(listedTasks); page.length > 0 && (await mayGoOn()); ) {
      await collectPage(page, mayGoOn);
      page = await store.listUncollected(listedTasks, page.at(-1)?.taskId);
    }
  }

  async function collectPage(page: readonly UncollectedTask[], mayGoOn: MayGoOn): Promise<void> {
    const byRepository = new Map<RepositoryId, TaskId[]>();
    for (const { repositoryId, taskId } of page)
      byRepository.set(repositoryId, [...(byRepository.get(repositoryId) ?? []), taskId]);
    for (const [repositoryId, ids] of byRepository)
      for (let at = 0; at < ids.length && (await mayGoOn()); at += tasksPerSweep)
        await collectOf(repositoryId, ids.slice(at, at + tasksPerSweep));
  }

  /** What cannot be collected now is in the next round. */
  async function collectOf(repositoryId: RepositoryId, ids: readonly TaskId[]): Promise<void> {
    try {
      for (const id of ids) await rm(join(ports.dataDirectory, outputsName, id), { recursive: true, force: true });
      await ports.locks.run(repositoryId, () => ports.host.forgetTasks(repositoryId, ids));
      await store.noteCollected(ids);
    } catch (error) {
      logger.warn({ err: error, repositoryId, tasks: ids.length }, "retention.files_stayed");
    }
  }

  async function giveBack(mayGoOn: MayGoOn): Promise<number> {
    let bytes = 0;
    while (await mayGoOn()) {
      const freed = await paced(() => store.giveBackSpace(bytesPerShrink));
      if (freed === 0) break;
      bytes += freed;
    }
    return bytes;
  }

  async function round(mayGoOn: MayGoOn): Promise<Swept & { freedBytes: number }> {
    isUnderWay = true;
    try {
      const done = await removeRows(mayGoOn);
      await collectFiles(mayGoOn);
      const freedBytes = await giveBack(mayGoOn);
      if (done.tasks > 0 || freedBytes > 0) logger.info({ ...done, freedBytes }, "retention.swept");
      return { ...done, freedBytes };
    } finally {
      isUnderWay = false;
    }
  }

  async function show(): Promise<Retention> {
    const reportedToMs = await ports.reportedToMs();
    const [kept, due] = await Promise.all([store.describeKept(), listAt(nowMs(), reportedToMs, previewedTasks)]);
    const { surplusBeforeMs: protectedFromMs } = planRetention(settings, reportedToMs, nowMs());
    const { keptTaskDays: keptDays, keptTasks } = settings;
    return { ...kept, keptDays, keptTasks, protectedFromMs, due: countOf(due) };
  }

  return {
    show,
    async run() {
      if (isUnderWay)
        throw new OutpostError("conflict", "ended tasks are being removed already; wait for it", { retryable: true });
      const done = await round(async () => true);
      return { ...done, retention: await show() };
    },
    async advance() {
      const isOverdue = nowMs() - lastRoundMs > maxWaitMs;
      const mustWait = !isOverdue && (await isBusy());
      // Somebody may have asked for one meanwhile.
      if (isUnderWay || mustWait) return;
      let isCutShort = false;
      await round(async () => {
        isCutShort ||= !isOverdue && (await isBusy());
        return !isCutShort;
      });
      if (!isCutShort) lastRoundMs = nowMs();
    },
    preview: async (atMs, reportedToMs) => countOf(await listAt(atMs, reportedToMs, previewedTasks)),
  };
}

function countOf(tasks: readonly RemovableTask[]): Retention["due"] {
  return { tasks: tasks.length, applied: tasks.filter(({ state }) => state === "applied").length };
}
