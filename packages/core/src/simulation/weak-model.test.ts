// A model that goes wrong in every way of the catalogue. Once in each way, one after another: the task is done all the same. In one way
// without end: the run ends by the right name, within its limits. Behind every event the same comes next, with the same prompt.
import type { ModelReply, RunTool, StopReason, TaskSpec } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { foldAll } from "../fold/fold.ts";
import type { PlannedCall } from "../fold/state.ts";
import { composeJsonCall } from "../protocols/json-protocol.ts";
import { composeTextCall } from "../protocols/text-protocol.ts";
import { type Observed, type Script, simulateRun } from "./simulated-run.ts";

const steps = 40;
const spec: TaskSpec = {
  repositoryId: "rep_0" as never,
  instruction: "make add add in a.py and run the tests",
  workflow: "edit",
  priority: 5,
  limits: { steps, wallClockMs: 3_600_000, tokens: 10_000_000 },
  applyTarget: "checkout",
  base: "head",
};
const parameters = (...names: string[]) => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
  required: names.slice(0, 1),
});
const tools: RunTool[] = [
  { name: "read_file", effect: "read", description: "Read.", parameters: parameters("path") },
  { name: "edit_file", effect: "write", description: "Edit.", parameters: parameters("path", "old", "new") },
  { name: "write_file", effect: "write", description: "Write.", parameters: parameters("path", "content") },
  { name: "run_tests", effect: "command", description: "Test.", parameters: parameters() },
  { name: "finish", effect: "end", description: "End.", parameters: parameters("summary") },
];

function say(more: Partial<ModelReply>): ModelReply {
  const usage = { promptTokens: null, outputTokens: 10, firstTokenMs: 1, totalMs: 2 };
  return { content: "", thinking: "", toolCalls: [], finishReason: "stop", usage, ...more };
}
const call = (name: string, given: Record<string, unknown> = {}): ModelReply =>
  say({ toolCalls: [{ id: "x", name, arguments: given }] });

const read = call("read_file", { path: "a.py" });
const badEdit = call("edit_file", { path: "a.py", old: "return x", new: "return a + b" });
const body = "def add(a, b):\n    return a + b\n";
const text = (name: string, given: Record<string, unknown>): ModelReply =>
  say({ content: composeTextCall({ name, arguments: given }) });
const json = (name: string, given: Record<string, unknown>): ModelReply =>
  say({ content: composeJsonCall({ name, arguments: given }) });

/** A worktree of one file, as far as a model sees it. */
function createWorld() {
  let file = "def add(a, b):\n    return a - b\n";
  return (planned: PlannedCall): Observed => {
    const given = planned.arguments as Record<string, string>;
    if (!tools.some(({ name }) => name === planned.name))
      return { ok: false, refused: true, observation: `there is no tool "${planned.name}"; there are read_file, …` };
    switch (planned.name) {
      case "read_file":
        if (typeof given["path"] !== "string")
          return { ok: false, refused: true, observation: "read_file was not called: path is missing" };
        return { ok: true, observation: file };
      case "edit_file": {
        if (given["path"] === undefined)
          return { ok: false, refused: true, observation: "edit_file was not called: path is missing" };
        if (given["old"] === undefined || !file.includes(given["old"]))
          return { ok: false, observation: "a.py was not changed: old was not found" };
        file = file.replace(given["old"], given["new"] ?? "");
        return { ok: true, observation: "edited a.py", filesTouched: ["a.py"] };
      }
      case "write_file":
        file = given["content"] ?? "";
        return { ok: true, observation: "wrote a.py", filesTouched: ["a.py"] };
      case "run_tests":
        return file.includes("a + b")
          ? { ok: true, observation: "2 passed", test: true }
          : { ok: false, observation: "1 failed", test: true };
      default:
        return { ok: true, observation: "" };
    }
  };
}

const run = (replies: Script["replies"]) => simulateRun({ spec, tools, replies, observe: createWorld(), hits: "" });

const chant = say({ content: "I will now read the file. ".repeat(60), finishReason: "length" });
const cut = say({ content: "Let me think about what the function", finishReason: "length" });
const brokenOff = say({ content: "I will call", finishReason: "cut" });
const thinking = say({ thinking: "I should call read_file with the path a.py." });
const prose = say({ content: "I will read a.py and then change it." });
const unknown = call("delete_everything");
const wrong = call("read_file", { file: 7 });
const openText = say({ content: "=== call write_file\npath: a.py\n--- content\ndef add(a, b):\n    ret" });

describe("a model that goes wrong once in every way", () => {
  const replies = [
    ...[prose, say({}), thinking, read, cut, read, chant],
    ...[call("run_tests"), brokenOff, read, call("run_tests"), read],
    ...[badEdit, badEdit],
    ...[unknown, call("edit_file", { file: 7 })],
    openText,
    text("write_file", { path: "a.py", content: body }),
    text("run_tests", {}),
    text("finish", { summary: "add adds." }),
  ];
  const done = run(replies);
  const kinds = done.log.flatMap(({ event }) => (event.type === "notice.given" ? [event.kind] : []));

  it("reads, edits, tests and finishes", () => {
    expect(done.state.outcome).toEqual({ type: "finished", summary: "add adds." });
    expect([...done.state.filesTouched]).toEqual(["a.py"]);
    expect(done.state.tests.at(-1)).toMatchObject({ phase: "after", exitCode: 0 });
    expect(done.state.run?.step).toBe(replies.length);
  });

  it("is told each time what was wrong, in the log", () => {
    expect(kinds).toEqual(
      expect.arrayContaining([
        ...["no_call", "empty_reply", "thinking_only", "cut_reply", "repetition", "broken_off"],
        ...["alternation", "loop", "whole_file", "broken_call"],
      ]),
    );
    expect(done.log.flatMap(({ event }) => (event.type === "protocol.changed" ? [event.protocol] : []))).toEqual([
      "text",
    ]);
  });

  it("is not shown its failures again once it has got over them", () => {
    const requests = done.intents.flatMap(({ intent }) => (intent.type === "call_model" ? [intent.request] : []));
    const last = JSON.stringify(requests.at(-1));
    for (const gone of ["delete_everything", "has no line", "I will now read the file", "neither text nor"])
      expect(last).not.toContain(gone);
    expect(JSON.stringify(requests[15])).toContain("delete_everything");
    expect(requests[3]).toMatchObject({ think: false });
  });

  it("decides the same behind every event, with byte-equal prompts", () => {
    const decidedAt = new Map(done.intents.map(({ at, intent }) => [at, JSON.stringify(intent)]));
    for (let length = 1; length <= done.log.length; length++) {
      const then = decidedAt.get(length);
      if (then !== undefined) expect(JSON.stringify(decide(foldAll(done.log.slice(0, length))))).toBe(then);
    }
  });
});

describe("a model that goes wrong without end stops by name, within the limit of steps", () => {
  const always = (reply: ModelReply) => Array.from({ length: steps + 5 }, () => reply);
  const turns = (...replies: ModelReply[]) =>
    Array.from({ length: steps + 5 }, (_, i) => replies[i % replies.length] as ModelReply);
  const numbered = (make: (index: number) => ModelReply) => Array.from({ length: steps + 5 }, (_, i) => make(i));
  const cases: [what: string, replies: ModelReply[], reason: StopReason, maxSteps: number][] = [
    ["empty replies", always(say({})), "no_reply", 3],
    ["only thinking", always(thinking), "only_thinking", 2],
    ["replies that are too long", always(cut), "reply_cut", 2],
    ["replies that break off", always(brokenOff), "no_reply", 3],
    ["a chant", always(chant), "repetition", 2],
    ["a chant in its thinking", always(say({ thinking: "Wait, let me see again. ".repeat(80) })), "repetition", 2],
    ["tools that do not exist", always(unknown), "malformed_calls", 6],
    ["wrong arguments", always(wrong), "malformed_calls", 6],
    ["the same call", always(read), "loop", 5],
    ["two calls in turn", turns(read, call("run_tests")), "loop", 10],
    [
      "the same failure with other arguments",
      numbered((i) => call("edit_file", { path: "a.py", old: `no ${i}` })),
      "repeated_error",
      6,
    ],
    ["reading for ever", numbered((i) => call("read_file", { path: `${i}.py` })), "no_progress", 24],
  ];
  it.each(cases)("%s", (what, replies, reason, maxSteps) => {
    let reads = 0;
    const observe = createWorld();
    const ended = simulateRun({
      ...{ spec, tools, replies, hits: "" },
      observe: (planned) =>
        what === "reading for ever" ? { ok: true, observation: `page ${reads++}` } : observe(planned),
    });
    expect(ended.state.outcome).toMatchObject({ type: "stopped", reason });
    expect(ended.state.run?.step).toBeLessThanOrEqual(maxSteps);
  });

  it("text without calls ends the run as the model's last word, after it was asked once", () => {
    expect(run(always(prose)).state.outcome).toMatchObject({ type: "finished", summary: prose.content });
    expect(run(always(prose)).state.run?.step).toBe(2);
  });
});

describe("calls made in another way", () => {
  it("as text hold bodies as they are", () => {
    const awkward = "# === end is no mark here\n--- old\n```js\nconst a = `\\n`;\n```\n=== begin\n";
    const replies = [unknown, call("edit_file", { path: 3 }), text("write_file", { path: "a.py", content: awkward })];
    const observe = (planned: PlannedCall): Observed =>
      planned.name !== "finish" && planned.arguments["content"] === undefined
        ? { ok: false, refused: true, observation: "no" }
        : { ok: true, observation: "wrote", filesTouched: ["a.py"] };
    const { log } = simulateRun({ spec, tools, replies: [...replies, text("finish", { summary: "ok" })], observe });
    const written = log.flatMap(({ event }) =>
      event.type === "tool.called" && event.name === "write_file" ? [event] : [],
    );
    expect(written[0]?.arguments).toEqual({ path: "a.py", content: awkward });
  });

  it("as JSON are asked for under a schema, without tools", () => {
    const done = run([unknown, wrong, json("read_file", { path: "a.py" }), json("finish", { summary: "seen" })]);
    const requests = done.intents.flatMap(({ intent }) => (intent.type === "call_model" ? [intent.request] : []));
    expect(requests[2]).toMatchObject({ tools: [], responseSchema: { type: "object" } });
    expect(requests[2]?.messages.every(({ role }) => role !== "tool")).toBe(true);
    expect(done.state.outcome).toMatchObject({ type: "finished", summary: "seen" });
  });

  it("begin the run where the model's profile says so, and where its server takes no tools", () => {
    for (const model of [{ canCallTools: false }, { conduct: { protocol: "text" as const } }]) {
      const script = { spec, tools, observe: createWorld(), replies: [text("finish", { summary: "ok" })] };
      const { log } = simulateRun({ ...script, model } as Script);
      expect(log.map(({ event }) => event.type)).toContain("protocol.changed");
      expect(foldAll(log).outcome).toMatchObject({ type: "finished" });
    }
  });
});
