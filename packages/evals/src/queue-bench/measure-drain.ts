// A real server with so many workers drains a queue of small edits; the model answers at once. Half of the tasks wait when the clock starts,
// the other half comes in while they are worked on, and those requests are timed.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endedStates, OutpostError } from "@outpost/protocol";
import { createTempRepository, type RecordedChat, startOllamaTestServer } from "@outpost/testkit";
import Database from "better-sqlite3";
import { type BenchServer, registerAndIndex, startBenchServer } from "../harness/server-process.ts";
import { percentile } from "./percentile.ts";

export interface DrainOptions {
  dist: string;
  workers: number;
  tasks: number;
}

export interface DrainResult {
  workers: number;
  tasksPerSecond: number;
  postMedianMs: number;
  postP99Ms: number;
  /** Of tasks.db, with events, approvals and what was stored of the model's replies. */
  bytesPerTask: number;
}

const chatsPerTask = 2;
const pollMs = 50;
const drainTimeoutMs = 900_000;

/** The first answer edits the task's own file, the second finishes. */
function answer({ body }: RecordedChat) {
  const messages = body["messages"] as { role: string; content: string }[];
  const number = /\[(\d+)\]/.exec(messages[1]?.content ?? "")?.[1] ?? "1";
  if (messages.some(({ role }) => role === "assistant"))
    return { toolCalls: [{ name: "finish", arguments: { summary: "Done." } }] };
  const edit = { path: `tasks/${number}.txt`, old: "open", new: "done" };
  return { toolCalls: [{ name: "edit_file", arguments: edit }] };
}

export async function measureDrain({ dist, workers, tasks }: DrainOptions): Promise<DrainResult> {
  const numbers = Array.from({ length: tasks }, (_, index) => index + 1);
  const project = await createTempRepository(
    Object.fromEntries(numbers.map((number) => [`tasks/${number}.txt`, "open\n"])),
  );
  // As checkouts usually are: a server that is root looks at them as somebody else.
  chmodSync(project.path, 0o755);
  const replies = Array.from({ length: tasks * chatsPerTask * 2 }, () => answer);
  const ollama = await startOllamaTestServer({ models: [{ name: "bench:7b" }], replies });
  const flags = { "ollama-url": ollama.url, workers: String(workers), "log-level": "silent", "window-tokens": "8192" };
  const server = await startBenchServer(dist, flags);
  try {
    const { id: repositoryId } = await registerAndIndex(server, project.path);
    const emptyBytes = databaseBytes(server);
    const submit = (number: number) =>
      server.client.call("submitTask", { body: { repositoryId, instruction: `[${number}] Mark it as done.` } });
    await server.client.call("pauseQueue", { body: {} });
    for (const number of numbers.slice(0, tasks / 2)) await submit(number);
    await server.client.call("resumeQueue", { body: {} });
    const startedMs = performance.now();
    const times: number[] = [];
    for (const number of numbers.slice(tasks / 2)) {
      const atMs = performance.now();
      await submit(number);
      times.push(performance.now() - atMs);
    }
    await drained(server, tasks);
    const seconds = (performance.now() - startedMs) / 1000;
    return {
      workers,
      tasksPerSecond: tasks / seconds,
      postMedianMs: percentile(times, 0.5),
      postP99Ms: percentile(times, 0.99),
      bytesPerTask: Math.round((databaseBytes(server) - emptyBytes) / tasks),
    };
  } finally {
    await server.close();
    await ollama.close();
    await project.remove();
  }
}

async function drained(server: BenchServer, tasks: number): Promise<void> {
  for (const deadlineMs = performance.now() + drainTimeoutMs; performance.now() < deadlineMs; await sleep(pollMs)) {
    const { tasksByState } = await server.client.call("getStatus");
    const ended = Object.entries(tasksByState).filter(([state]) => endedStates.has(state as never));
    const count = ended.reduce((sum, [, number]) => sum + number, 0);
    if (count < tasks) continue;
    const { proposed = 0 } = tasksByState;
    if (proposed === tasks) return;
    throw new OutpostError(
      "internal",
      `of ${tasks} tasks ${proposed} ended with a change: ${JSON.stringify(tasksByState)}`,
    );
  }
  throw new OutpostError("timeout", `the queue was not drained within ${drainTimeoutMs} ms`);
}

/** Of its pages, as they are after the last commit. The log beside it has a size of its own (some 4 MB) however many tasks there are. */
function databaseBytes({ dataDirectory }: BenchServer): number {
  const database = new Database(join(dataDirectory, "tasks.db"), { readonly: true });
  try {
    const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  } finally {
    database.close();
  }
}
