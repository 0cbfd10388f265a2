// The client's side of the chaos: submits, accepts each change as a commit on a branch as soon as there is one, and asks again whatever
// the server does meanwhile. One look for all tasks at a time, so that watching costs the machine little.
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type OutpostClient } from "@outpost/client";
import type { RepositoryId, Task, TaskId, TaskPage, TaskState } from "@outpost/protocol";
import type { ChildServer } from "../start-test-server.ts";
import { chaos } from "./settings.ts";

const lookMs = 250;
/** How a task is done with, one way or the other. */
const home: readonly TaskState[] = ["applied", "failed", "dead", "stopped", "finished", "cancelled", "rejected"];

export interface QueueClient {
  client(): OutpostClient;
  /** As a client does that does not know whether its request arrived: again, until there is an answer. */
  insist<Value>(ask: () => Promise<Value>): Promise<Value>;
  submit(number: number, repositoryId: RepositoryId): Promise<Task>;
  /** Resolves when so many tasks have come home; rejects with the states of all when they do not in time. */
  bringHome(count: number): Promise<void>;
  listIds(): Promise<TaskId[]>;
}

export function createQueueClient(server: () => ChildServer): QueueClient {
  const client = (): OutpostClient =>
    createClient({ baseUrl: server().url, token: server().token, reconnect: { maxAttempts: 1 } });
  const deadlineMs = Date.now() + chaos.timeoutMs;

  async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const { code } = error as { code?: string };
        if ((code !== "unavailable" && code !== "timeout") || Date.now() > deadlineMs) throw error;
        await sleep(50);
      }
    }
  }

  async function accept({ id }: Task): Promise<void> {
    const body = { decision: "accept" as const, target: "branch" as const };
    await insist(() => client().call("decideChange", { params: { taskId: id, revision: "latest" }, body })).catch(
      (error: { code?: string }) => {
        // An answer that was lost with the server: it is decided already.
        if (error.code !== "conflict") throw error;
      },
    );
  }

  return {
    client,
    insist,
    submit(number, repositoryId) {
      const body = { repositoryId, instruction: `[chaos ${number}] Do it.`, asking: "deny" as const };
      return insist(() => client().call("submitTask", { body, idempotencyKey: `chaos-${number}` }));
    },
    async bringHome(count) {
      for (; ; await sleep(lookMs)) {
        const proposed = await insist(() => client().call("listTasks", { query: { state: "proposed", limit: 50 } }));
        for (const task of proposed.items) await accept(task);
        const { tasksByState } = await insist(() => client().call("getStatus"));
        if (home.reduce((sum, state) => sum + (tasksByState[state] ?? 0), 0) >= count) return;
        if (Date.now() > deadlineMs) throw new Error(`not all came home: ${JSON.stringify(tasksByState)}`);
      }
    },
    async listIds() {
      const ids: TaskId[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor ? { cursor } : {}) };
        const page: TaskPage = await insist(() => client().call("listTasks", { query }));
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      return ids;
    },
  };
}
