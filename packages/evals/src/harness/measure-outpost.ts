// One task by a warm Outpost server, timed at the model server's wire and by what its worker logs.
import { OutpostError, type Repository, type Task } from "@outpost/protocol";
import { chatsPerTask, instruction, model } from "./scenario.ts";
import type { BenchServer } from "./server-process.ts";
import { readSpans, type Split, splitWindow } from "./spans.ts";
import { monotonicMs, type TimedChat, type WireClock } from "./wire-clock.ts";

export interface OutpostRound {
  /** From POST /v1/tasks to the first request at the model server. */
  firstRequest: Split;
  /** Read, edit, run. */
  steps: Split[];
  /** From the last reply's end until the task is proposed. */
  endMs: number;
}

const pollMs = 10;
const taskTimeoutMs = 120_000;

export async function measureOutpost(
  clock: WireClock,
  url: string,
  server: BenchServer,
  repository: Repository,
): Promise<OutpostRound> {
  const before = clock.chats(url).length;
  const postedMs = monotonicMs();
  const body = { repositoryId: repository.id, instruction, model: `ollama/${model}` };
  const task = await server.client.call("submitTask", { body });
  const ended = await waitUntilProposed(server, task, () => clock.chats(url).length - before);
  const endedMs = monotonicMs();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const chats = clock.chats(url).slice(before);
  await assertDone(server, ended, chats);
  const spans = readSpans(server.logLines());
  const ends = chats.map(({ endMs }) => endMs ?? endedMs);
  return {
    firstRequest: splitWindow(spans, postedMs, chats[0]?.startMs ?? postedMs),
    steps: chats.slice(1).map(({ startMs }, index) => splitWindow(spans, ends[index] ?? startMs, startMs)),
    endMs: endedMs - (ends.at(-1) ?? endedMs),
  };
}

/** Asks for the task only when the last chat was there: nobody looks on while steps are measured. */
async function waitUntilProposed(server: BenchServer, task: Task, chatsDone: () => number): Promise<Task> {
  const deadlineMs = monotonicMs() + taskTimeoutMs;
  for (let seen = task; ; ) {
    if (monotonicMs() > deadlineMs) throw new OutpostError("timeout", `the task took longer than ${taskTimeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    const isLate = chatsDone() >= chatsPerTask || Math.floor(monotonicMs()) % 1000 < pollMs;
    if (isLate) seen = await server.client.call("getTask", { params: { taskId: task.id } });
    if (!["queued", "running"].includes(seen.state)) return seen;
  }
}

async function assertDone(server: BenchServer, task: Task, chats: TimedChat[]): Promise<void> {
  if (task.state !== "proposed" || chats.length !== chatsPerTask) {
    const said = server.logLines().slice(-20).join("\n");
    throw new OutpostError(
      "internal",
      `the task is "${task.state}" after ${chats.length} requests: ${JSON.stringify(task.outcome)}\n${said}`,
    );
  }
  const { items } = await server.client.call("listTaskEvents", { params: { taskId: task.id } });
  const failed = items.find(({ event }) => event.type === "tool.returned" && !event.ok)?.event;
  if (failed?.type === "tool.returned") throw new OutpostError("internal", `a tool failed: ${failed.observation}`);
}
