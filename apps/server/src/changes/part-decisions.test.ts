// Decisions per hunk over HTTP, against a wire-faithful Ollama: held, sent back with the reason, put together, tested again, applied; and
// two tasks that want the same lines.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Change, ChangeFile, DecideChangeRequest, TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { brokenCalculator, calculatorFiles, mendedCalculator } from "../end-to-end/calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd, until } from "../end-to-end/follow-task.ts";
import { answerByScenario, call, callsInOrder, messagesOf } from "../end-to-end/scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "../end-to-end/scripted-server.ts";

const edit = (path: string, old: string, next: string) => call("edit_file", { path, old, new: next });
const mend = edit("calculator.py", "return a - b", "return a + b");
const runTests = call("run_tests", {});
const finish = (summary: string) => call("finish", { summary });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `note ${index + 1}`);
const notes = `${numbered(40).join("\n")}\n`;
const replaced = (line: number, text: string, from = notes) => from.replace(`note ${line}\n`, `${text}\n`);

const scenarios = {
  parts: callsInOrder([
    mend,
    edit("notes.txt", "note 5\n", "first\n"),
    edit("notes.txt", "note 35\n", "last\n"),
    runTests,
    call("finish", { summary: "Mended, and noted.", risks: ["callers may count on the bug"], confidence: "high" }),
    edit("notes.txt", "note 5\n", "better\n"),
    finish("Noted better."),
  ]),
  left: callsInOrder([edit("notes.txt", "note 20\n", "left\n"), finish("Left.")]),
  near: callsInOrder([edit("notes.txt", "note 2\n", "near\n"), finish("Near.")]),
  right: callsInOrder([
    edit("notes.txt", "note 20\n", "right\n"),
    finish("Right."),
    edit("notes.txt", "left\n", "left and right\n"),
    finish("Both."),
  ]),
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), {
    files: { ...calculatorFiles, "notes.txt": notes },
  });
});
afterAll(() => server?.close());
beforeEach(async () => {
  await writeFile(join(server.project.path, "calculator.py"), brokenCalculator);
  await writeFile(join(server.project.path, "notes.txt"), notes);
});

const onDisk = (path: string) => readFile(join(server.project.path, path), "utf8");
const getChange = (taskId: TaskId, revision: number | "latest" = "latest") =>
  server.client.call("getChange", { params: { taskId, revision } });
const decide = (taskId: TaskId, body: DecideChangeRequest, revision: number | "latest" = "latest") =>
  server.client.call("decideChange", { params: { taskId, revision }, body });
const fileOf = (change: Change, path: string): ChangeFile =>
  change.files.find((file) => file.path === path) ?? expect.fail(`no file ${path}`);
const hunkIds = (change: Change, path: string) => fileOf(change, path).hunks.map(({ id }) => id);

async function submit(instruction: string, more: { dryRun?: boolean } = {}): Promise<TaskId> {
  const id = await submitTask(server, instruction, more);
  expect((await taskEnd(server.client, id)).state).toBe("proposed");
  return id;
}

describe("hunks", () => {
  it("are held until all are decided; what is rejected goes back to the model with the reason, and the rest stays accepted", async () => {
    const taskId = await submit("[parts] Mend it and write notes.");
    const first = await getChange(taskId);
    const [early = "", late = ""] = hunkIds(first, "notes.txt");
    const reason = "say it politely, and mention Ada";
    const held = await decide(taskId, { hunks: { [early]: { decision: "reject", reason } } });
    expect(held).toMatchObject({ outcome: "held", task: { state: "proposed" } });
    expect(held.undecided?.sort()).toEqual([late, ...hunkIds(first, "calculator.py")].sort());
    expect((await getChange(taskId)).decisions?.hunks).toMatchObject({ [early]: { decision: "reject", reason } });
    const revising = await decide(taskId, { decision: "accept", hunks: { [late]: { decision: "accept" } } });
    expect(revising.outcome).toBe("revising");
    expect(await onDisk("calculator.py")).toBe(brokenCalculator);

    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed", revision: 2 });
    const asked = server.ollama.chats
      .map(({ body }) => messagesOf(body))
      .find((all) => all.some(({ content }) => content.includes(reason)));
    const told = asked?.find(({ content }) => content.includes(reason));
    expect(told?.role).toBe("user");
    expect(told?.content).toContain("notes.txt, lines 2 to 8");
    expect(told?.content).toContain("-note 5\n+first");

    const second = await getChange(taskId);
    const [again = "", same] = hunkIds(second, "notes.txt");
    expect(same).toBe(late);
    expect(Object.keys(second.decisions?.hunks ?? {}).sort()).toEqual(
      [late, ...hunkIds(first, "calculator.py")].sort(),
    );
    await expect(decide(taskId, { decision: "accept" }, 1)).rejects.toMatchObject({ code: "conflict" });
    const applied = await decide(taskId, { hunks: { [again]: { decision: "accept" } } });
    expect(applied).toMatchObject({ outcome: "applied", task: { state: "applied" } });
    expect(await onDisk("calculator.py")).toBe(mendedCalculator);
    expect(await onDisk("notes.txt")).toBe(replaced(35, "last", replaced(5, "better")));
    await server.client.call("revertChange", { params: { taskId, revision: 2 } });
    expect(await onDisk("notes.txt")).toBe(notes);
  });

  it("that are accepted alone are tested again, then applied together as a revision of their own", async () => {
    const taskId = await submit("[parts] Mend it and write notes.");
    const files = { "calculator.py": { decision: "accept" }, "notes.txt": { decision: "reject" } } as const;
    expect(await decide(taskId, { files, follow: "apply" })).toMatchObject({ outcome: "verifying" });
    await until("the apply", async () => {
      const { state } = await server.client.call("getTask", { params: { taskId } });
      return state === "applied" || undefined;
    });
    expect(await onDisk("calculator.py")).toBe(mendedCalculator);
    expect(await onDisk("notes.txt")).toBe(notes);
    const change = await getChange(taskId);
    expect(change).toMatchObject({ revision: 2, origin: { kind: "selection", revision: 1 }, untested: null });
    expect(change.tests.map(({ phase, passed, failed }) => [phase, passed, failed])).toEqual([["after", 2, 0]]);
    const events = await allEvents(server.client, taskId);
    expect(eventsOf(events, "change.applied")).toMatchObject([{ revision: 2 }]);
    expect(eventsOf(events, "model.replied")).toHaveLength(5);
  });

  it("whose tests are worse alone are not applied, and a person decides anew", async () => {
    const taskId = await submit("[parts] Mend it and write notes.");
    const files = { "calculator.py": { decision: "reject" }, "notes.txt": { decision: "accept" } } as const;
    await decide(taskId, { files, follow: "apply" });
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed", revision: 2 });
    const change = await until("the tests", async () => {
      const found = await getChange(taskId);
      return found.tests.some(({ phase }) => phase === "after") ? found : undefined;
    });
    expect(change.tests.at(-1)).toMatchObject({ phase: "after", failed: 2 });
    expect(await onDisk("notes.txt")).toBe(notes);
    expect(await decide(taskId, { decision: "accept" })).toMatchObject({ outcome: "applied" });
    expect(await onDisk("notes.txt")).toBe(replaced(35, "last", replaced(5, "first")));
  });

  it("can be edited; without a test run the result says that it is untested", async () => {
    const taskId = await submit("[parts] Mend it and write notes.");
    const [early = "", late = ""] = hunkIds(await getChange(taskId), "notes.txt");
    const lines = ["note 2", "note 3", "note 4", "mine", "note 6", "note 7", "note 8"];
    const hunks = { [early]: { decision: "accept", lines }, [late]: { decision: "reject" } } as const;
    const applied = await decide(taskId, { decision: "accept", hunks, follow: "apply", retest: false });
    expect(applied.task).toMatchObject({ state: "applied", revision: 2 });
    expect(await onDisk("notes.txt")).toBe(replaced(5, "mine"));
    expect((await getChange(taskId)).untested).toMatch(/a part of revision 1.*not run again/);
    const decided = eventsOf(await allEvents(server.client, taskId), "hunks.decided");
    expect(decided[0]?.hunks[early]).toEqual({ decision: "accept", reason: null, lines });
  });

  it("that are all rejected end the task, or send everything back", async () => {
    const taskId = await submit("[parts] Mend it and write notes.");
    const body = { decision: "reject", reason: "not now", follow: "revise" } as const;
    expect(await decide(taskId, body)).toMatchObject({ outcome: "revising" });
    expect(await taskEnd(server.client, taskId)).toMatchObject({ state: "proposed", revision: 2 });
    expect((await getChange(taskId)).files.map(({ path }) => path)).toEqual(["notes.txt"]);
    expect(await decide(taskId, { decision: "reject" })).toMatchObject({
      outcome: "rejected",
      task: { state: "rejected" },
    });
  });

  it.each([
    [{}, /say what is decided/],
    [{ hunks: { "0123456789abcdef": { decision: "accept" } } }, /no hunk "0123456789abcdef"/],
    [{ files: { "../x": { decision: "accept" } } }, /no file/],
  ] as [DecideChangeRequest, RegExp][])("are refused when they are not the change's: %j", async (body, message) => {
    const taskId = await submit("[left] Left.");
    await expect(decide(taskId, body)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
    expect((await server.client.call("getTask", { params: { taskId } })).state).toBe("proposed");
  });
});

describe("a change", () => {
  it("comes with the tests that may speak for each file, and with notes of the model and of the rules", async () => {
    const change = await getChange(await submit("[parts] Mend it and write notes."));
    expect(fileOf(change, "calculator.py")).toMatchObject({ generated: false, coverage: { verdict: "likely" } });
    expect(fileOf(change, "notes.txt").coverage?.verdict).toBe("not_code");
    expect(change.review?.notes[0]).toMatchObject({ kind: "risk", by: "model", text: "callers may count on the bug" });
    expect(change.review?.confidence).toMatchObject({ level: "high", model: "high" });
    const [early = ""] = hunkIds(change, "notes.txt");
    const hunks = { [early]: { decision: "accept" } } as const;
    const applied = await decide(change.taskId, { hunks, decision: "reject", follow: "apply", retest: false });
    expect(applied.task.revision).toBe(2);
    const part = (await getChange(change.taskId)).review;
    expect(part?.confidence).toMatchObject({
      level: "low",
      model: "high",
      reason: expect.stringContaining("a part of"),
    });
    expect(part?.notes[0]?.by).toBe("model");
  });
});

describe("two tasks", () => {
  const rebase = (taskId: TaskId) => server.client.call("rebaseChange", { params: { taskId, revision: "latest" } });

  it("on the same lines: the second is told, and goes back to the model with the conflict; nothing is lost", async () => {
    const [left, right] = [await submit("[left] Left."), await submit("[right] Right.")];
    await decide(left, { decision: "accept" });
    const refused = await decide(right, { decision: "accept" }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "conflict", details: { conflicts: [{ path: "notes.txt" }] } });
    expect(await onDisk("notes.txt")).toBe(replaced(20, "left"));
    expect(await rebase(right)).toMatchObject({ outcome: "sent_back", task: { state: "queued" } });
    expect(await taskEnd(server.client, right)).toMatchObject({ state: "proposed", revision: 2 });
    const told = server.ollama.chats
      .flatMap(({ body }) => messagesOf(body))
      .find(({ content }) => content.includes("no longer fits"));
    expect(told?.content).toMatch(/it is now:\n {2}left\nyou wanted:\n {2}right/);
    await decide(right, { decision: "accept" });
    expect(await onDisk("notes.txt")).toBe(replaced(20, "left and right"));
    expect(fileOf(await getChange(right, 1), "notes.txt").hunks[0]?.lines).toContain("+right");
  });

  it("on other lines of one file: the change is brought onto what is there, as a new revision", async () => {
    const [left, near] = [await submit("[left] Left."), await submit("[near] Near.")];
    await decide(left, { decision: "accept" });
    const { outcome, task } = await rebase(near);
    expect([outcome, task.state, task.revision]).toEqual(["revised", "proposed", 2]);
    const change = await getChange(near);
    expect(change.origin).toMatchObject({ kind: "rebase", revision: 1 });
    expect(fileOf(change, "notes.txt").hunks).toHaveLength(1);
    await decide(near, { decision: "accept" });
    expect(await onDisk("notes.txt")).toBe(replaced(2, "near", replaced(20, "left")));
  });
});

describe("a dry run", () => {
  it("proposes the change and gives it as a patch, but never applies it", async () => {
    const taskId = await submit("[left] Left.", { dryRun: true });
    await expect(decide(taskId, { decision: "accept" })).rejects.toMatchObject({
      code: "conflict",
      details: { dryRun: true },
    });
    expect(await onDisk("notes.txt")).toBe(notes);
    expect((await decide(taskId, { decision: "accept", target: "patch" })).patch).toContain("+left");
    expect(await onDisk("notes.txt")).toBe(notes);
  });
});
