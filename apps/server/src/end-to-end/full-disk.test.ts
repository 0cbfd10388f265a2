// A data directory on a disk that runs full, for real (a small tmpfs, which takes root to mount): nothing is acknowledged that is not
// stored, the reason is said, and when space returns everything goes on, a task that was in the middle too.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Repository } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { registerAndIndex, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const canMount = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;
const diskBytes = 64_000_000;

let disk: string;
let isMounted = false;
let ollama: OllamaTestServer;
let project: TempRepository;
let server: ChildServer | undefined;
let repository: Repository;

const filler = () => join(disk, "filler");
/** At once, to the last byte. */
function fillDisk(): void {
  const file = openSync(filler(), "w");
  const zeroes = Buffer.alloc(65_536);
  try {
    for (let written = 0; written <= diskBytes; ) written += writeSync(file, zeroes);
    throw new Error("the disk did not run full");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}
const freeDisk = () => rm(filler(), { force: true });

beforeAll(async () => {
  if (!canMount) return;
  disk = await mkdtemp(join(tmpdir(), "outpost-disk-"));
  isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", disk]).status === 0;
  if (!isMounted) return;
  const dataDirectory = join(disk, "data");
  await mkdir(dataDirectory, { mode: 0o700 });
  project = await createTempRepository(calculatorFiles);
  let isFirst = true;
  const steps = callsInOrder([
    call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" }),
    call("finish", { summary: "It adds." }),
  ]);
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    replies: answerByScenario({
      mend: (turn) => {
        if (isFirst) fillDisk();
        isFirst = false;
        return steps(turn);
      },
    }),
  });
  server = await spawnTestServer({
    dataDirectory,
    ollamaUrl: ollama.url,
    windowTokens: 8192,
    workers: 1,
    leaseMs: 2000,
  });
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
  if (isMounted) spawnSync("umount", ["-l", disk]);
  if (disk) await rm(disk, { recursive: true, force: true });
});

describe.skipIf(!canMount)("a disk that is full [needs root, to mount a small disk]", () => {
  const submit = () =>
    server?.request("/v1/tasks", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        repositoryId: repository.id,
        instruction: "[mend] Adding gives wrong results.",
        model: "rules",
      }),
    }) as Promise<Response>;

  it("acknowledges no task, says why, and takes tasks again when there is space", async ({ skip }) => {
    if (!server) return skip("a tmpfs cannot be mounted here");
    fillDisk();
    for (let n = 0; n < 5; n++) {
      const refused = await submit();
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({
        error: { code: "unavailable", retryable: true, message: expect.stringContaining("the disk is full") },
      });
    }
    expect((await server.client.call("listTasks", {})).items).toEqual([]);
    await freeDisk();
    const accepted = await submit();
    expect(accepted.status).toBe(201);
    const { id } = (await accepted.json()) as { id: Parameters<typeof taskEnd>[1] };
    expect(await taskEnd(server.client, id)).toMatchObject({ id });
  });

  it("stops a run, which goes on from what is stored when there is space", async ({ skip }) => {
    if (!server) return skip("a tmpfs cannot be mounted here");
    const { client } = server;
    const body = {
      repositoryId: repository.id,
      instruction: "[mend] Adding gives wrong results.",
      model: "ollama/coder:7b",
    };
    const { id } = await client.call("submitTask", { body });
    const params = { taskId: id };
    await until("the model to be asked", async () => ollama.chats.length > 0 || undefined);
    await until(
      "a reply that cannot be stored",
      async () => (await client.call("getTask", { params })).state === "running" || undefined,
    );
    await freeDisk();
    expect(await taskEnd(client, id)).toMatchObject({ state: "proposed" });
    const change = await client.call("getChange", { params: { taskId: id, revision: 1 } });
    expect(change.files.map(({ path }) => path)).toEqual(["calculator.py"]);
  });
});
