// Programs that try to take the machine down, run by a task: the server answers all the while, nothing of them survives, and neither the
// server nor its children grow.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Repository } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, registerAndIndex, taskEnd } from "./follow-task.ts";
import { listProcesses } from "./running-processes.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { type ChildServer, spawnTestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 120_000 });

const isFull = process.env["OUTPOST_FULL"] === "1";
const rounds = isFull ? 20 : 1;
/** In the cut the machine may be busy with other tests. */
const maxAnswerMs = isFull ? 1000 : 10_000;
const maxGrowthBytes = 100_000_000;
/** Among the arguments of every process of a bomb, and of nothing else. */
const marker = `bomb-${process.pid}-${Date.now()}`;

const bomb = `
import os, signal, subprocess, sys, time
kind = sys.argv[1]
if kind == "fork":
    while True:
        try: os.fork()
        except OSError: time.sleep(0.01)
elif kind == "memory":
    held = []
    try:
        while True:
            held.append(bytearray(50_000_000))
            if os.fork() == 0: continue
    except MemoryError:
        print("no more memory")
elif kind == "disk":
    for path in ("big", "/tmp/big", "/dev/shm/big"):
        try:
            with open(path, "wb") as file:
                while True: file.write(b"x" * 1_000_000)
        except OSError as error: print(path, error)
    os.remove("big")
elif kind == "output":
    line = b"x" * 1_000_000
    for _ in range(10_000): os.write(1, line)
elif kind == "stubborn":
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
elif kind == "orphan":
    subprocess.Popen(["sh", "-c", "trap '' TERM HUP; sleep 600", sys.argv[2]], start_new_session=True)
    print("left one behind")
`;

const kinds = ["fork", "memory", "disk", "output", "stubborn", "orphan"];
/** Only the time limit ends these. */
const endless = ["fork", "stubborn"];
const steps = [
  ...kinds.map((kind) =>
    call("run_command", {
      argv: ["python3", "bomb.py", kind, marker],
      timeout_ms: endless.includes(kind) ? 2000 : 30_000,
    }),
  ),
  call("finish", { summary: "Still here." }),
];

let ollama: OllamaTestServer;
let project: TempRepository;
let server: ChildServer;
let repository: Repository;

beforeAll(async () => {
  project = await createTempRepository({ "bomb.py": bomb });
  const tasks = rounds + 1;
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    replies: answerByScenario({ bombs: callsInOrder(steps) }, tasks * steps.length),
  });
  server = await spawnTestServer({
    ...{ ollamaUrl: ollama.url, windowTokens: 32_768, workers: 1, logLevel: "silent" },
    ...{
      commandProcesses: 64,
      commandMemoryBytes: 268_435_456,
      commandFileBytes: 33_554_432,
      commandTmpBytes: 16_777_216,
    },
  });
  repository = await registerAndIndex(server.client, project.path);
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
});

async function explode(): Promise<string> {
  const body = { repositoryId: repository.id, instruction: "[bombs] Run them all." };
  const { id } = await server.client.call("submitTask", { body });
  const task = await taskEnd(server.client, id, 600_000);
  const returned = eventsOf(await allEvents(server.client, id), "tool.returned")
    .map((event) => JSON.stringify(event))
    .join("\n");
  expect(task.state, `${JSON.stringify(task.outcome)}\n${returned}`).toBe("finished");
  return returned;
}

/** Of the server and its workers; the indexer and its parser run nothing of a bomb. */
async function residentBytes(): Promise<number> {
  const own = (await listProcesses()).filter(
    ({ pid, parent, argv }) =>
      pid === server.pid || (parent === server.pid && argv.some((part) => /worker\/main/.test(part))),
  );
  const sizes = await Promise.all(
    own.map(
      async ({ pid }) => /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))?.[1],
    ),
  );
  return sizes.reduce((sum, size) => sum + Number(size ?? 0) * 1024, 0);
}

/** Looks every 50 ms until the work is done. */
async function watch(work: Promise<unknown>): Promise<{ slowestMs: number; answers: number; mostBytes: number }> {
  const seen = { slowestMs: 0, answers: 0, mostBytes: 0 };
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const before = performance.now();
    const reply = await fetch(`${server.url}/healthz`);
    await reply.text();
    if (reply.status === 200) seen.answers += 1;
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - before);
    seen.mostBytes = Math.max(seen.mostBytes, await residentBytes());
    await sleep(50);
  }
  await ended;
  return seen;
}

describe("bombs of a task", () => {
  it(`leave the server answering, in little memory, and no process (${rounds} rounds of ${kinds.length})`, async ({
    skip,
  }) => {
    skip(!(await server.client.call("getStatus")).sandbox.ready, "the sandbox is not ready here");
    // warm: what the first run of a server and a worker load is not what a bomb takes
    const first = await explode();
    expect(first).toContain("No space left on device");
    expect(first).toContain("printed too much");
    expect(first).toContain("ended by the time limit");
    expect(first).toContain("left one behind");
    const before = await residentBytes();
    let slowestMs = 0;
    let mostBytes = 0;
    let answers = 0;
    for (let round = 0; round < rounds; round++) {
      const seen = await watch(explode());
      slowestMs = Math.max(slowestMs, seen.slowestMs);
      mostBytes = Math.max(mostBytes, seen.mostBytes);
      answers += seen.answers;
      expect((await listProcesses()).filter(({ argv }) => argv.includes(marker))).toEqual([]);
    }
    console.log(
      `bombs: ${rounds * kinds.length}, ${answers} answers of /healthz, slowest ${slowestMs.toFixed(0)} ms, grew by ${((mostBytes - before) / 1e6).toFixed(0)} MB`,
    );
    expect(answers).toBeGreaterThan(10);
    expect(slowestMs).toBeLessThan(maxAnswerMs);
    expect(mostBytes - before).toBeLessThan(maxGrowthBytes);
  });
});
