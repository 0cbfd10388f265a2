import type { OllamaTestAnswer } from "@outpost/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { brokenCalculator, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { call, messagesOf } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const json = (name: string, given: object): string => JSON.stringify({ name, arguments: given });
const badEdit = (old: string) => call("edit_file", { path: "calculator.py", old, new: "return a + b" });

const replies: OllamaTestAnswer[] = [
  { content: "Sure! I will look at the calculator and mend it." },
  { content: "", outputTokens: 40 },
  { thinking: "The user wants me to mend add. I should call read_file first." },
  // Calls that are printed instead of made.
  { content: json("read_file", { path: "calculator.py" }) },
  { content: `\`\`\`json\n${json("Run_Tests", {})}\n\`\`\`` },
  { content: "<function=read_file>\n<parameter=path>\ntest_calculator.py\n</parameter>\n</function>" },
  { content: "The function add is wrong. ".repeat(60), doneReason: "length" },
  { content: "First, let me explain in detail what a calculator is and why", doneReason: "length" },
  // Edits that do not fit.
  badEdit("return a-b # subtract"),
  badEdit("return a minus b"),
  // The same call, and the same again.
  call("read_file", { path: "README.md" }),
  call("read_file", { path: "README.md" }),
  call("read_file", { path: "README.md" }),
  // Calls that nobody understands; then another way of making them, at first with a mistake.
  call("fix_everything", { now: true }),
  call("write_file", { file: { name: "calculator.py" } }),
  { content: "=== call write_file\npath: calculator.py\n--- content\n# the body, and no end" },
  { content: `=== call write_file\npath: calculator.py\n--- content\n${mendedCalculator}=== end` },
  { content: "=== call run_tests\n=== end" },
  { content: "=== call finish\nsummary: add subtracted; it adds now, and both tests pass.\n=== end" },
];

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(replies);
});
afterAll(() => server?.close());

it("a weak model gets its task done, and is told each time what was wrong", async () => {
  const instruction = "Adding gives wrong results. Mend it and run the tests.";
  const id = await submitTask(server, instruction);
  const task = await taskEnd(server.client, id);
  expect(task).toMatchObject({ state: "proposed", outcome: { type: "proposed", revision: 1 } });
  const change = await server.client.call("getChange", { params: { taskId: id, revision: 1 } });
  expect(change).toMatchObject({ addedLines: 1, removedLines: 1, files: [{ path: "calculator.py" }] });
  expect(change.tests.map(({ phase, passed, failed }) => [phase, passed, failed])).toEqual([
    ["before", 0, 2],
    ["after", 2, 0],
  ]);
  const events = await allEvents(server.client, id);
  expect(eventsOf(events, "notice.given").map(({ kind }) => kind)).toEqual([
    ...["no_call", "empty_reply", "thinking_only", "repetition", "cut_reply", "whole_file", "loop", "broken_call"],
  ]);
  expect(eventsOf(events, "protocol.changed")).toMatchObject([{ protocol: "text" }]);
  expect(eventsOf(events, "step.started")).toHaveLength(replies.length);
  const last = messagesOf(server.ollama.chats.at(-1)?.body ?? {}).map(({ content }) => content);
  expect(last.join("\n")).not.toMatch(/fix_everything|The function add is wrong\. The|no end/);
  expect(brokenCalculator).not.toBe(mendedCalculator);
  await server.ollama.finish();
});
