// A database whose ended tasks are removed as they get old stays small, and sound, while others write to it. Real files. The log is generated
// like that of runs of a dozen steps: prefix, hits, replies, observations, a change. With OUTPOST_FULL=1 it says what 1,000 such tasks take.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TaskStore } from "@outpost/core";
import { type RepositoryId, type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examineTaskDatabase } from "../backup/examine-task-database.ts";
import { makeShrinkable } from "../database/make-shrinkable.ts";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";
const tasksPerDay = isFull ? 250 : 8;
const program = fileURLToPath(new URL("./append-until-killed.ts", import.meta.url));
const dayMs = 86_400_000;

let folder = "";
let path = "";
let store: TaskStore;
let repositoryId: RepositoryId;
const newId = createTestIds();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-retention-"));
  path = join(folder, "tasks.db");
  store = await openSqliteTaskStore({ path, maxRemovedRows: 60 });
  repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Of so many characters, another one each time. */
function code(characters: number, seed: number): string {
  const words = ["const", "value", "return", "items", "index", "parser", "=>", "{", "}", "await", "token", "\n  "];
  let text = "";
  for (let at = seed * 7 + 1; text.length < characters; at = (at * 1_103_515_245 + 12_345) % 2_147_483_648)
    text += `${words[(at >> 8) % words.length]}${(at >> 12) % 97} `;
  return text.slice(0, characters);
}

const commit = "1".repeat(40);
const prefix = code(5_500, 0);
const tools = Array.from({ length: 12 }, (_, n) => ({
  ...{ name: `tool_${n}`, description: code(300, n), effect: "read" },
  parameters: { type: "object", properties: { path: { type: "string", description: code(80, n) } } },
}));

function stepOf(step: number, seed: number): TaskEvent[] {
  const usage = { promptTokens: 6000, outputTokens: 150, firstTokenMs: 300, totalMs: 4000 };
  const hits = Array.from({ length: 6 }, (_, n) => ({
    ...{ path: `src/${n}/file.ts`, startLine: 1, endLine: 40, language: "typescript", kind: "function", symbol: "f" },
    ...{ score: 1.5, reasons: [{ signal: "lexical", value: 1.5, detail: "parser" }] },
  }));
  const account = { window: 32_768, system: 1500, tools: 900, history: 2000, hits: 1500, reply: 4096 };
  const call = {
    id: `c${step}`,
    name: "edit_file",
    arguments: { path: "src/a.ts", old: code(200, seed), new: code(220, seed) },
  };
  const reply = { content: code(200, seed), thinking: "", toolCalls: [call], finishReason: "stop", usage };
  return [
    {
      type: "step.started",
      step,
      query: code(120, seed),
      packedHits: code(6_000, seed),
      hits,
      coverage: null,
      account,
    },
    { type: "model.replied", step, reply },
    { type: "tool.called", step, callId: call.id, name: call.name, arguments: call.arguments, verdict: "allow" },
    {
      ...{ type: "tool.returned", callId: call.id, ok: true, observation: code(1_800, seed), interrupted: false },
      ...{ durationMs: 40, filesTouched: ["src/a.ts"], tests: [] },
    },
    { type: "checkpoint.created", number: step, commit, files: ["src/a.ts"] },
  ] as unknown as TaskEvent[];
}

/** A task that ran for a dozen steps and answered. */
async function work(nowMs: number, seed: number): Promise<TaskId> {
  const spec = TaskSpec.parse({ repositoryId, instruction: code(400, seed) });
  const { task } = await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs });
  const model = { provider: "ollama", name: "coder", windowTokens: 32_768, canCallTools: true, canThink: false };
  const started = {
    type: "run.started",
    runId: newId("run"),
    attempt: 1,
    baseCommit: commit,
    model,
    systemPrompt: prefix,
  };
  const steps = Array.from({ length: 12 }, (_, step) => stepOf(step + 1, seed * 100 + step)).flat();
  const outcome = { type: "answered", answer: code(600, seed), citations: [] };
  const ended = { type: "run.finished", runId: newId("run"), outcome };
  const events = [{ ...started, tools }, ...steps, ended] as unknown as TaskEvent[];
  await store.append({ taskId: task.id, expectedSeq: "any", fence: null, events, nowMs });
  return task.id;
}

/** How long others had to wait, each time. */
const lockedMs: number[] = [];

async function removeBefore(endedBeforeMs: number, nowMs: number): Promise<number> {
  const query = { nowMs, endedBeforeMs, keptTasks: 1_000_000, surplusBeforeMs: 0, limit: 10_000 };
  let tasks = await store.listRemovable(query);
  const count = tasks.length;
  while (tasks.length > 0) {
    const startMs = performance.now();
    tasks = tasks.slice((await store.removeTasks(tasks, isFull ? 500 : 200, nowMs)).taken);
    lockedMs.push(performance.now() - startMs);
    await turn();
  }
  return count;
}

describe("a database whose old tasks are removed", () => {
  it("stays as small as what is kept, day after day, and gives back what it no longer needs", async () => {
    const sizes: number[] = [];
    let seed = 0;
    const [keptDays, days] = [4, 12];
    for (let day = 0; day < days; day++) {
      for (let count = 0; count < tasksPerDay; count++) await work(day * dayMs, seed++);
      await removeBefore((day - keptDays + 1) * dayMs, day * dayMs);
      sizes.push((await store.describeKept()).bytes);
    }
    const { bytes, freeBytes, tasks, removed } = await store.describeKept();
    expect(tasks).toBe(keptDays * tasksPerDay);
    expect(removed.tasks).toBe((days - keptDays) * tasksPerDay);
    // A third of what was written, and a day's worth.
    expect(bytes).toBeLessThan((sizes[keptDays - 1] ?? 0) * 1.35);
    if (isFull) {
      lockedMs.sort((one, other) => one - other);
      const [median, longest] = [lockedMs[Math.floor(lockedMs.length / 2)] ?? 0, lockedMs.at(-1) ?? 0];
      console.info(
        `removing 500 events: median ${median.toFixed(1)} ms, longest of ${lockedMs.length} ${longest.toFixed(1)} ms`,
      );
      const each = (bytes - freeBytes) / tasks;
      console.info(
        `${tasks} tasks of ~63 events: ${(bytes / 1e6).toFixed(1)} MB, ${(each / 1000).toFixed(1)} kB each, ${((each * 1000) / 1e6).toFixed(0)} MB for 1,000`,
      );
    }
    await removeBefore((days + 1) * dayMs, (days + 1) * dayMs);
    let given = 0;
    for (let step = -1; step !== 0; given += step) step = await store.giveBackSpace(1_000_000);
    const after = await store.describeKept();
    expect(after.bytes).toBeLessThan(bytes / 3);
    expect(after.bytes).toBe(bytes - given);
    await store.close();
    expect((await stat(path)).size).toBe(after.bytes);
    expect(examineTaskDatabase(path)).toMatchObject({ isSound: true, tasks: { expected: 0, whole: 0 } });
    store = await openSqliteTaskStore({ path, maxRemovedRows: 60 });
    // Lines of removed tasks are bounded once their files are collected, and an old id is still told from one that never was.
    const first = (await store.listUncollected(1))[0]?.taskId as TaskId;
    await store.noteCollected((await store.listUncollected(10_000)).map(({ taskId }) => taskId));
    const last = await work(0, seed);
    await removeBefore(1, 30 * dayMs);
    expect(await store.getTask(first).catch(String)).toContain("it was removed long ago");
    expect(await store.getTask(last).catch(String)).toContain("was removed on 1970-01-31");
  }, 120_000);

  it("loses nothing of those who write meanwhile, and what is killed in the middle is sound", async () => {
    const running = await work(0, 1);
    await store.append({
      ...{ taskId: running, expectedSeq: "any", fence: null, nowMs: 0 },
      events: [{ type: "task.queued", reason: "message" }],
    });
    for (let seed = 2; seed < 30; seed++) await work(0, seed);
    // Into a file: a pipe is full while the transactions here hold this thread.
    const said = await open(join(folder, "said"), "w");
    const child = spawn(process.execPath, ["--import", "tsx", program, path, running, "writer", "2"], {
      stdio: ["ignore", said.fd, "inherit"],
    });
    const acknowledged = (): number => readFileSync(join(folder, "said"), "utf8").split("\n").length - 1;
    const until = async (count: number): Promise<void> => {
      while (acknowledged() < count) await sleep(20);
    };
    const ended = once(child, "exit");
    try {
      await until(5);
      expect(await removeBefore(dayMs, 30 * dayMs)).toBe(28);
      await until(acknowledged() + 5);
    } finally {
      child.kill("SIGKILL");
      await ended;
      await said.close();
    }
    const seqs: number[] = [];
    // A quick machine writes more meanwhile than one page holds.
    for (let page = [0]; page.length > 0; seqs.push(...page)) {
      page = (await store.readEvents(running, seqs.at(-1) ?? 0, 10_000)).map(({ seq }) => seq);
    }
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
    expect(seqs.length).toBeGreaterThanOrEqual(63 + acknowledged());
    expect(examineTaskDatabase(path)).toMatchObject({ isSound: true, tasks: { expected: 1, whole: 1 } });
  }, 60_000);
});

describe("a database of before databases could shrink", () => {
  const modeOf = () => {
    const database = new Database(path, { readonly: true });
    const mode = database.pragma("auto_vacuum", { simple: true });
    database.close();
    return mode;
  };

  it("is written anew once, with everything in it, unless it is large", async () => {
    await work(0, 1);
    const before = await store.readAllEvents(0, 1000);
    await store.close();
    const database = new Database(path);
    database.pragma("auto_vacuum = NONE");
    database.exec("VACUUM");
    database.close();
    expect(modeOf()).toBe(0);
    expect(makeShrinkable(path, 1000)).toBe(false);
    expect(modeOf()).toBe(0);
    expect(makeShrinkable(path, 1e9)).toBe(true);
    expect(modeOf()).toBe(2);
    store = await openSqliteTaskStore({ path });
    expect(await store.readAllEvents(0, 1000)).toEqual(before);
  });
});
