import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeTaskStoreContract } from "@outpost/testkit/contracts";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

describeTaskStoreContract("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "outpost-store-"));
  return {
    open: () => openSqliteTaskStore({ path: join(folder, "tasks.db") }),
    remove: () => rm(folder, { recursive: true }),
  };
});
