import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutpostError, type Task, TaskId, type TaskState } from "@outpost/protocol";
import { afterAll, describe, expect, it } from "vitest";
import { collectOutputs } from "./collect-outputs.ts";
import { createCommandOutputHandlers } from "./handlers.ts";
import { openOutputFiles, outputsName } from "./output-files.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-outputs-"));
afterAll(() => rmSync(dataDirectory, { recursive: true }));

const idOf = (number: number) => TaskId.parse(`tsk_${String(number).padStart(22, "0")}`);
const day = 86_400_000;
const states = new Map<string, { state: TaskState; updatedAtMs: number }>([
  [idOf(1), { state: "running", updatedAtMs: 0 }],
  [idOf(2), { state: "proposed", updatedAtMs: 70 * day }],
  [idOf(3), { state: "finished", updatedAtMs: 99 * day }],
]);
const store = {
  async getTask(id: TaskId): Promise<Task> {
    const known = states.get(id);
    if (!known) throw new OutpostError("not_found", "no such task");
    return { id, ...known } as Task;
  },
};
const handlers = createCommandOutputHandlers({ store, dataDirectory });

async function add(taskId: TaskId, text: string, state: "running" | "ended"): Promise<void> {
  const files = openOutputFiles(dataDirectory, taskId);
  const { name, descriptor } = await files.create(1_000_000);
  writeSync(descriptor, text);
  await files.save({
    ...{ name, argv: ["make"], cwd: ".", background: false, state, startedAtMs: 1, endedAtMs: null, exitCode: null },
    ...{ ended: null, printedBytes: 0, keptBytes: 0, isTold: true },
  });
}

const input = (taskId: TaskId, command?: string, query = { offset: 0, limit: 65_536 }) =>
  ({
    params: { taskId, ...(command && { command }) },
    query,
    body: undefined,
    token: null,
    idempotencyKey: undefined,
  }) as never;

describe("outputs over the API", () => {
  it("are read page by page, in whole characters", async () => {
    const text = "aé€😀".repeat(5);
    await add(idOf(1), text, "running");
    for (const limit of [4, 5, 6, 7, 64, 10_000]) {
      let read = "";
      let pages = 0;
      for (let offset: number | null = 0; offset !== null; pages++) {
        const page = await handlers.readCommandOutput(input(idOf(1), "c1", { offset, limit }));
        read += page.text;
        offset = page.nextOffset;
      }
      expect(read).toBe(text);
      expect(pages).toBeGreaterThanOrEqual(Math.ceil(50 / limit));
    }
    await expect(handlers.readCommandOutput(input(idOf(1), "c2"))).rejects.toMatchObject({ code: "not_found" });
    await expect(handlers.readCommandOutput(input(idOf(1), "../c1"))).rejects.toMatchObject({ code: "not_found" });
    await expect(handlers.listTaskCommands(input(idOf(9)))).rejects.toMatchObject({ code: "not_found" });
  });

  it("are of commands that run only while somebody works on the task", async () => {
    await add(idOf(2), "x", "running");
    const stateOf = async (id: TaskId) => (await handlers.listTaskCommands(input(id))).items[0]?.state;
    expect(await stateOf(idOf(1))).toBe("running");
    expect(await stateOf(idOf(2))).toBe("lost");
  });

  it("go with their task, and some days after its end", async () => {
    await add(idOf(3), "y", "ended");
    await add(idOf(4), "z", "ended");
    const removed = await collectOutputs({ store, dataDirectory, keptDays: 30, nowMs: () => 101 * day });
    expect(removed.sort()).toEqual([idOf(2), idOf(4)]);
    expect((await readdir(join(dataDirectory, outputsName))).sort()).toEqual([idOf(1), idOf(3)]);
  });
});
