// Stops a process as a hanging machine does, at any moment but within a write: who is stopped there holds SQLite's lock, and everybody
// waits until it goes on or is killed. What the server does about that is tested with its own workers.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutpostError, type TaskId } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";

const nobody = { taskId: "tsk_nobody" as TaskId, workerId: "nobody", fence: 0, expiresAtMs: 0 };

export async function stopBetweenWrites(pid: number, dataDirectory: string): Promise<void> {
  const store = await openSqliteTaskStore({ path: join(dataDirectory, "tasks.db") });
  try {
    for (;;) {
      process.kill(pid, "SIGSTOP");
      try {
        // Takes the lock and changes nothing.
        await store.release(nobody);
        return;
      } catch (error) {
        if (!isOutpostError(error) || error.details["reason"] !== "busy") throw error;
        process.kill(pid, "SIGCONT");
        await sleep(100);
      }
    }
  } finally {
    await store.close();
  }
}
