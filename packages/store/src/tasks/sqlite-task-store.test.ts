import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeTaskStoreContract } from "@outpost/testkit/contracts";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

/** In memory where there is such a place: that commits are durable is what the tests of kills and full disks show. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

describeTaskStoreContract("sqlite", async () => {
  const folder = await mkdtemp(join(place, "outpost-store-"));
  return {
    open: () => openSqliteTaskStore({ path: join(folder, "tasks.db") }),
    remove: () => rm(folder, { recursive: true }),
  };
});
