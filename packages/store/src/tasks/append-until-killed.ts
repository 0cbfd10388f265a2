// A process for the kill test: appends to one task for ever, and says each sequence number once it is acknowledged.
// Arguments: the database, the task, a name, and milliseconds to rest after each (0).
import { writeSync } from "node:fs";
import type { TaskId } from "@outpost/protocol";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

const [, , path = "", taskId = "", name = "", restMs = "0"] = process.argv;
const store = await openSqliteTaskStore({ path, maxInlineBytes: 100 });
for (let count = 0; ; count++) {
  const text = `${name} ${count} `.repeat((count % 7) * 10 + 1);
  const events = [{ type: "message.added", text, by: name }] as const;
  const { seq } = await store.append({
    taskId: taskId as TaskId,
    expectedSeq: "any",
    fence: null,
    events: [...events],
    nowMs: count,
  });
  writeSync(1, `${JSON.stringify({ seq, text })}\n`);
  if (Number(restMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(restMs)));
}
