// Commands that run on in the background of a task: read, stopped, never taken to be alive after a worker was lost, gone at the end. What
// every command printed can be read as a whole, by the model and over the API.
import type { TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "./follow-task.ts";
import { findChildren, listProcesses } from "./running-processes.ts";
import { answerByScenario, call, type Scenario } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const marker = `background-${process.pid}-${Date.now()}`;
const serve = ["sh", "-c", "echo ready; sleep 600 & echo child >&2; wait", marker];
const inBackground = call("run_command", { argv: serve, background: true });
const chatty = "seq 1 60000; echo the very last line";

const steps = [
  inBackground,
  // the worker is killed while the model thinks about this one
  call("read_output", { command: "c1" }),
  inBackground,
  call("run_command", { argv: ["rm", "-rf", "/"], background: true }),
  call("run_command", { argv: ["sh", "-c", chatty] }),
  call("read_output", { command: "c3", start_line: -2 }),
  call("read_output", { command: "c2", stop: true }),
  inBackground,
  call("write_file", { path: "b.txt", content: "new\n" }),
  call("finish", { summary: "Served." }),
];
let asked = -1;
const scenario: Scenario<ReturnType<typeof call> & { delayBeforeHeadersMs: number }> = ({ answersBefore }) => {
  asked = Math.max(asked, answersBefore);
  const step = steps[answersBefore] ?? call("finish", { summary: "Too many steps." });
  return { ...step, delayBeforeHeadersMs: answersBefore === 1 ? 3000 : 0 };
};

let server: ScriptedServer;

beforeAll(async () => {
  const replies = answerByScenario({ background: scenario }, 40);
  server = await startScriptedServer(replies, {
    files: { "a.txt": "one\n" },
    settings: { windowTokens: 32_768, leaseMs: 1500 },
  });
});
afterAll(() => server?.close());

const running = async () => (await listProcesses()).filter(({ argv }) => argv.includes(marker));

async function killWorker(): Promise<void> {
  const pid = await until("a worker", async () => (await findChildren(process.pid, "worker"))[0]);
  process.kill(pid, "SIGKILL");
}

describe("commands in the background of a task", () => {
  it("are read, stopped, lost with their worker and gone at the end", async ({ skip }) => {
    skip(!(await server.client.call("getStatus")).sandbox.ready, "the sandbox is not ready here");
    const taskId = await submitTask(server, "[background] Serve it.");
    await until("the second model call", async () => asked >= 1 || undefined);
    expect((await running()).length).toBeGreaterThan(0);
    await killWorker();
    await until("no process of the lost worker", async () => (await running()).length === 0 || undefined);
    const { state, outcome } = await taskEnd(server.client, taskId);
    expect(state, JSON.stringify(outcome)).toBe("proposed");
    expect(await running()).toEqual([]);

    const returned = eventsOf(await allEvents(server.client, taskId), "tool.returned");
    const [started, lost, again, denied, cut, tail, stopped, last, wrote] = returned.map(
      ({ observation }) => observation,
    );
    expect(started).toMatch(/^c1 is running\n(?:ready\nchild|child\nready)$/);
    expect(lost).toMatch(/^c1 does not run any more: it ended with the run that had started it.*1\|/s);
    expect(again).toMatch(/^c2 is running/);
    expect(denied).toMatch(/^not run: /);
    expect(cut).toMatch(
      /exit code 0 .*1\n2\n.*left out; read_output \{"command":"c3"\} shows all.*the very last line/s,
    );
    expect(tail).toMatch(/^c3: exit code 0 .*; lines 60000-60001 of 60001\n60000\|60000\n60001\|the very last line$/);
    expect(stopped).toMatch(/^c2 was stopped after/);
    expect(last).toMatch(/^c4 is running/);
    expect(wrote).not.toContain("c4");
    await outputsOf(taskId);
  });

  async function outputsOf(taskId: TaskId): Promise<void> {
    const { items } = await server.client.call("listTaskCommands", { params: { taskId } });
    expect(items.map(({ name, state, background, ended }) => [name, state, background, ended])).toEqual([
      ["c1", "lost", true, null],
      ["c2", "ended", true, "stopped"],
      ["c3", "ended", false, "exit"],
      ["c4", "lost", true, null],
    ]);
    let text = "";
    for (let offset: number | null = 0; offset !== null; ) {
      const page: { text: string; nextOffset: number | null } = await server.client.call("readCommandOutput", {
        params: { taskId, command: "c3" },
        query: { offset, limit: 100_000 },
      });
      text += page.text;
      offset = page.nextOffset;
    }
    expect(text.split("\n")).toHaveLength(60_002);
    const audit = await server.client.call("listAudit", { query: { taskId, limit: 200 } });
    const ends = audit.items.flatMap(({ record }) => (record.type === "command.ended" ? [record.ended] : []));
    expect(audit.items.filter(({ record }) => record.type === "command.started")).toHaveLength(4);
    expect(ends.toSorted()).toEqual(["aborted", "aborted", "exit"]);
  }
});
