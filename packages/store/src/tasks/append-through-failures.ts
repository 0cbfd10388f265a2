// A process for the test of a failing disk: appends to one task so many times, and says of each what came of it. What fails is tried again
// with the next; a lost lease or a wrong number would show in what is stored.
// Arguments: the database, the task, how often. Says on standard output one JSON value a line: a sequence number, or a reason.
import { appendFileSync } from "node:fs";
import { isOutpostError, type TaskId } from "@outpost/protocol";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

const [, , path = "", taskId = "", times = "0", said = ""] = process.argv;
const store = await openSqliteTaskStore({ path, maxInlineBytes: 100 });
for (let count = 0; count < Number(times); count++) {
  const events = [{ type: "message.added", text: `${count} `.repeat((count % 9) * 40 + 1), by: "w" }] as const;
  const command = { taskId: taskId as TaskId, expectedSeq: "any", fence: null, events, nowMs: count } as const;
  const outcome = await store.append(command).then(
    ({ seq }) => ({ count, seq }),
    (error: unknown) => {
      if (!isOutpostError(error)) throw error;
      return { count, reason: error.details["reason"], code: error.code, retryable: error.retryable };
    },
  );
  appendFileSync(said, `${JSON.stringify(outcome)}\n`);
}
await store.close();
