// How leasing finds its task: without reading all that there ever were.
import { expect, it } from "vitest";
import { openDatabase } from "../database/open-database.ts";
import { freeLeases, nextTask } from "./leases.ts";
import { taskMigrations } from "./schema.ts";

it("looks at leases and waiting tasks by their own indexes, never at the tasks that have ended", async () => {
  const connection = await openDatabase({ path: ":memory:", synchronous: "normal", migrations: taskMigrations });
  const values = { nowMs: 0, excluded: "[]", maxPerRepository: 1 };
  const plan = connection
    .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${nextTask}`)
    .all(values)
    .map(({ detail }) => detail);
  const ofTasks = plan.filter((detail) => / task /.test(detail) && !detail.includes("INTEGER PRIMARY KEY"));
  expect(ofTasks.length).toBeGreaterThan(2);
  for (const detail of ofTasks) expect(detail).toMatch(/USING (?:COVERING )?INDEX task_(?:leased|running|to_lease) /);
  connection.close();
});

it("looks at leases alone to free those of one that is gone", async () => {
  const connection = await openDatabase({ path: ":memory:", synchronous: "normal", migrations: taskMigrations });
  const plan = connection
    .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${freeLeases}`)
    .all({ workers: '["w1"]' })
    .map(({ detail }) => detail);
  expect(plan[0]).toMatch(/USING INDEX task_leased/);
  connection.close();
});
