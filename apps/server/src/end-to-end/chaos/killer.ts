// Kills workers and the server at random moments, and stops workers for longer than their lease; starts the server again when it was
// killed. Writes down what each victim held. Reads the database beside the server, as any other process may.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TaskStore } from "@outpost/core";
import type { TaskId } from "@outpost/protocol";
import { assertIntactPages, openSqliteTaskStore } from "@outpost/store";
import { listProcesses } from "../running-processes.ts";
import { type ChildServer, spawnTestServer, type TestSettings } from "../start-test-server.ts";
import { createPace } from "./pace.ts";
import { blowAt, chaos, createRandom } from "./settings.ts";

/** A worker was killed while it held the task. */
export interface Orphan {
  taskId: TaskId;
  atMs: number;
}

export interface Killer {
  server(): ChildServer;
  /** Resolves behind the last kill, or when `stop` is called. */
  rampage(): Promise<void>;
  stop(): void;
  close(): Promise<void>;
  readonly counts: { workers: number; servers: number; stopped: number; checks: number };
  readonly orphans: readonly Orphan[];
  /** When the server was not there, or had just come back. */
  readonly outages: readonly { fromMs: number; untilMs: number }[];
}

const lookMs = 50;

export async function startKiller(settings: TestSettings & { dataDirectory: string }): Promise<Killer> {
  const random = createRandom(chaos.seed);
  const path = join(settings.dataDirectory, "tasks.db");
  const counts = { workers: 0, servers: 0, stopped: 0, checks: 0 };
  const orphans: Orphan[] = [];
  const outages: { fromMs: number; untilMs: number }[] = [];
  let server = await spawnTestServer(settings);
  let store: TaskStore = await openSqliteTaskStore({ path });
  let isStopped = false;

  async function killServer(): Promise<void> {
    const fromMs = Date.now();
    const children = (await listProcesses()).filter(({ parent }) => parent === server.pid).map(({ pid }) => pid);
    await server.kill();
    // Half of the time its workers go with it, and otherwise they see for themselves that it is gone.
    if (random() < 0.5) for (const pid of children) signal(pid, "SIGKILL");
    await store.close();
    assertIntactPages(path);
    counts.checks += 1;
    server = await spawnTestServer(settings);
    store = await openSqliteTaskStore({ path });
    counts.servers += 1;
    outages.push({ fromMs, untilMs: Date.now() });
  }

  const holders = async () => (await store.listWorkers(Date.now())).map(({ workerId }) => workerId);

  /** What holds nothing yet has nothing to lose. */
  async function findVictim(): Promise<{ pid: number; workerId: string } | undefined> {
    while (!isStopped) {
      const busy = await holders();
      const workers = busy.length === 0 ? [] : await findWorkers(server.pid);
      const held = workers.filter(({ workerId }) => busy.includes(workerId));
      if (held.length > 0) return held[Math.floor(random() * held.length)];
      await sleep(lookMs);
    }
    return undefined;
  }

  async function killWorker(): Promise<void> {
    const victim = await findVictim();
    if (victim === undefined) return;
    signal(victim.pid, "SIGKILL");
    const atMs = Date.now();
    counts.workers += 1;
    const held = (await store.listWorkers(atMs)).find(({ workerId }) => workerId === victim.workerId);
    if (held) orphans.push({ taskId: held.taskId, atMs });
  }

  async function stopWorker(): Promise<void> {
    const victim = await findVictim();
    if (victim === undefined) return;
    signal(victim.pid, "SIGSTOP");
    await sleep(chaos.leaseMs * 1.5);
    signal(victim.pid, "SIGCONT");
    counts.stopped += 1;
  }

  const blows = { worker: killWorker, server: killServer, stop: stopWorker };
  return {
    ...{ counts, orphans, outages },
    server: () => server,
    stop() {
      isStopped = true;
    },
    async rampage() {
      const pace = createPace(() => store, random);
      for (let number = 0; !isStopped; number++) {
        const left = chaos.kills - counts.workers - counts.servers;
        if (left <= 0) return;
        await pace.wait(left, () => isStopped);
        if (!isStopped) await blows[blowAt(number)]();
      }
    },
    async close() {
      await store.close();
      await server.close();
    },
  };
}

/** The worker's argument says who it is. */
async function findWorkers(serverPid: number): Promise<{ pid: number; workerId: string }[]> {
  return (await listProcesses()).flatMap(({ pid, parent, argv }) => {
    const workerId = argv.map((part) => /"workerId":"([^"]+)"/.exec(part)?.[1]).find((id) => id !== undefined);
    return parent === serverPid && workerId !== undefined ? [{ pid, workerId }] : [];
  });
}

/** It may have ended by itself meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
