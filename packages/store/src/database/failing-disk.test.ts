// A disk that answers EIO, for real: strace makes every so many calls of a writing process fail, on the database and its log only. Nothing is
// acknowledged that is not stored, each failure is `unavailable` and may be tried again, the next append works, and the file is sound.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examineTaskDatabase } from "../backup/examine-task-database.ts";
import { openSqliteTaskStore } from "../tasks/sqlite-task-store.ts";

const program = fileURLToPath(new URL("../tasks/append-through-failures.ts", import.meta.url));
const canTrace = spawnSync("strace", ["-qq", "-o", "/dev/null", "-e", "trace=none", "true"]).status === 0;
const isFull = process.env["OUTPOST_FULL"] === "1";
const times = isFull ? 3000 : 120;

let folder = "";
let path = "";
let taskId: TaskId;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-failing-"));
  path = join(folder, "tasks.db");
  const store = await openSqliteTaskStore({ path });
  const newId = createTestIds();
  const repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const spec = TaskSpec.parse({ repositoryId, instruction: "do it" });
  taskId = (await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: 0 })).task.id;
  await store.close();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Outcome {
  count: number;
  seq?: number;
  reason?: string;
  code?: string;
  retryable?: boolean;
}

async function appendOnFailingDisk(calls: string, when: string): Promise<Outcome[]> {
  const said = join(folder, "said");
  const paths = ["-P", path, "-P", `${path}-wal`];
  const faults = ["-e", `trace=${calls}`, "-e", `inject=${calls}:error=EIO:when=${when}`];
  const node = [process.execPath, "--import", "tsx", program, path, taskId, String(times), said];
  const { status, stderr } = spawnSync("strace", ["-f", "-qq", "-o", "/dev/null", ...paths, ...faults, ...node]);
  expect(stderr.toString()).toBe("");
  expect(status).toBe(0);
  return (await readFile(said, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Outcome);
}

describe.skipIf(!canTrace)("a disk that cannot be read [needs strace, to make calls fail]", () => {
  it("is told from a damaged database, although SQLite says the same of both", () => {
    const read = `import { openSqliteTaskStore } from ${JSON.stringify(fileURLToPath(new URL("../tasks/sqlite-task-store.ts", import.meta.url)))};
      await openSqliteTaskStore({ path: ${JSON.stringify(path)} }).catch((error) => console.log(error.code, error.details.reason));`;
    const node = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", read];
    const faults = ["-P", path, "-e", "trace=pread64", "-e", "inject=pread64:error=EIO:when=2+"];
    const { stdout } = spawnSync("strace", ["-f", "-qq", "-o", "/dev/null", ...faults, ...node]);
    expect(stdout.toString()).toBe("unavailable io\n");
  }, 60_000);
});

describe.skipIf(!canTrace)("a disk that fails [needs strace, to make calls fail]", () => {
  it.each([
    ["writes", "pwrite64", "40+31"],
    ["writes to the disk itself", "fdatasync,fsync", "15+4"],
    ["all of them now and then", "pwrite64,fdatasync,fsync,ftruncate", "60+29"],
  ])(
    "in %s loses nothing that was acknowledged, and says so of the rest",
    async (_, calls, when) => {
      const outcomes = await appendOnFailingDisk(calls, when);
      expect(outcomes).toHaveLength(times);
      const failed = outcomes.filter(({ seq }) => seq === undefined);
      expect(failed.length).toBeGreaterThan(2);
      for (const failure of failed)
        expect(failure).toMatchObject({ code: "unavailable", reason: "io", retryable: true });
      // After each failure it went on.
      expect(outcomes.length - failed.length).toBeGreaterThan(times / 10);
      expect(examineTaskDatabase(path)).toMatchObject({ isSound: true, tasks: { whole: 1 } });
      const store = await openSqliteTaskStore({ path });
      const stored = new Map<number, number>();
      for (let after = 0; ; ) {
        const page = await store.readEvents(taskId, after, 1000);
        for (const { seq, event } of page)
          if (event.type === "message.added") stored.set(seq, Number(event.text.split(" ")[0]));
        if (page.length === 0) break;
        after = page.at(-1)?.seq ?? after;
      }
      await store.close();
      for (const { seq, count } of outcomes) if (seq !== undefined) expect(stored.get(seq)).toBe(count);
      // What was refused is not there either: this process went on, and nobody had to guess.
      expect(stored.size).toBe(outcomes.length - failed.length);
      if (isFull) console.info(`${calls}: ${failed.length} of ${times} appends failed with EIO, 0 lost, 0 made up`);
    },
    300_000,
  );
});
