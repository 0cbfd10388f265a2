// That a worker which hangs is killed and replaced, and one that only works is left alone. Real processes.

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { until } from "../end-to-end/follow-task.ts";
import { listProcesses } from "../end-to-end/running-processes.ts";
import { createLogger } from "../process/logger.ts";
import { createWorkerPool } from "./worker-pool.ts";

const modulePath = fileURLToPath(new URL("./stopping-worker.fixture.ts", import.meta.url));
const silentMs = 3000;

const findWorker = async (id: string): Promise<number | undefined> =>
  (await listProcesses()).find(
    ({ parent, argv }) => parent === process.pid && argv.some((part) => part.includes(`${id}"`)),
  )?.pid;

it("kills a worker that says nothing any more, starts another, and leaves that one alone", async () => {
  const pool = createWorkerPool({
    entry: { modulePath, execArgv: ["--import", "tsx"] },
    settings: {},
    limit: 1,
    idleMs: 60_000,
    silentMs,
    methods: {},
    onAppended() {},
    onDelta() {},
    onGone() {},
    redact: (line) => line,
    logger: createLogger("silent"),
  });
  try {
    const first = await until("the first worker", () => findWorker(`w${process.pid}-1`));
    const second = await until("another", () => findWorker(`w${process.pid}-2`));
    expect(await findWorker(`w${process.pid}-1`)).toBeUndefined();
    expect(second).not.toBe(first);
    expect(await readFile(`/proc/${second}/cmdline`, "latin1")).toContain("\0--max-semi-space-size=2\0");
    expect(await readFile(`/proc/${second}/environ`, "latin1")).toContain("MALLOC_TRIM_THRESHOLD_=131072\0");
    expect(pool.counts()).toMatchObject({ running: 1, restarts: 1 });
    await sleep(silentMs + 1000);
    expect(await findWorker(`w${process.pid}-2`)).toBe(second);
  } finally {
    await pool.close(0);
  }
});
