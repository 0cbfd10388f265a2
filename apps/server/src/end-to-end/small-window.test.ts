// A whole edit task in a window of 4,096 tokens: a file of 300 lines is read page by page, edited, tested. The model server counts every
// prompt with a tokenizer of its own, refuses one that is over the window, and what it counted is held against the account of the events.
import type { TaskEventOf } from "@outpost/protocol";
import type { OllamaTestAnswer, RecordedChat } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { calculatorFiles } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { call, messagesOf } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const windowTokens = 4096;
const lines = 300;
const wrongLine = 221;

/** 300 lines; the function that is wrong is far from the beginning. */
function longCalculator(): string {
  const text = [...'"""A calculator."""\n\n\ndef add(a, b):\n    return sum([a, b])\n'.split("\n")];
  for (let number = 1; text.length < lines; number++) {
    if (text.length < wrongLine - 2 && text.length + 4 > wrongLine - 2)
      text.push("", "", "def double(a):", "    return add(a, a) + 1");
    else
      text.push(
        "",
        "",
        `def step_${number}(value):`,
        `    return add(value, ${number}) if value > ${number} else value`,
      );
  }
  return `${text.slice(0, lines).join("\n")}\n`;
}

const edit = call("edit_file", { path: "calculator.py", old: "return add(a, a) + 1", new: "return add(a, a)" });

/** Reads on until it has seen the wrong line, as a model does that follows what it is told. */
function readThenEdit({ body }: RecordedChat): OllamaTestAnswer {
  const messages = messagesOf(body);
  const seen = messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  const last = seen.at(-1) ?? "";
  if (/^edited /m.test(last)) return call("run_tests", {});
  if (/passed/.test(last)) return call("finish", { summary: "double added one too many." });
  if (/\|\s+return add\(a, a\) \+ 1/.test(last)) return edit;
  const next = /"start_line":(\d+)/.exec(last)?.[1];
  return call("read_file", { path: "calculator.py", start_line: Number(next ?? 1) });
}

let server: ScriptedServer;

beforeAll(async () => {
  const replies = Array.from({ length: 60 }, () => readThenEdit);
  server = await startScriptedServer(replies, {
    files: { ...calculatorFiles, "calculator.py": longCalculator() },
    model: { name: "tiny:1b", contextLength: windowTokens },
    settings: { windowTokens },
  });
});
afterAll(() => server?.close());

const sumOf = ({ system, tools, history, plan, hits }: TaskEventOf<"step.started">["account"]): number =>
  system + tools + history + plan + hits;

describe("a window of 4,096 tokens", () => {
  it("is enough to read a file of 300 lines, edit it, test it and finish", async () => {
    const instruction =
      "Some function of the calculator adds one too many. Read calculator.py, mend it and run the tests.";
    const id = await submitTask(server, instruction);
    const task = await taskEnd(server.client, id);
    expect(task).toMatchObject({ state: "proposed", outcome: { type: "proposed", revision: 1 } });
    const params = { taskId: id, revision: 1 };
    const change = await server.client.call("getChange", { params });
    expect(change).toMatchObject({ addedLines: 1, removedLines: 1 });
    expect(change.tests.at(-1)).toMatchObject({ phase: "after", passed: 2, failed: 0 });

    const events = await allEvents(server.client, id);
    const reads = eventsOf(events, "tool.called").filter(({ name }) => name === "read_file");
    expect(reads.length).toBeGreaterThan(3);
    const accounts = eventsOf(events, "step.started").map(({ account }) => account);
    expect(accounts).toHaveLength(server.ollama.chats.length);
    for (const [index, account] of accounts.entries()) {
      const { promptTokens, body } = server.ollama.chats[index] as RecordedChat;
      const { num_predict: reply } = body["options"] as { num_predict: number };
      expect(promptTokens + reply, `request ${index + 1}`).toBeLessThanOrEqual(windowTokens);
      expect(sumOf(account) + account.reply, `account ${index + 1}`).toBeLessThanOrEqual(windowTokens);
      expect(account).toMatchObject({ window: windowTokens, reply });
    }
    const compactions = events.filter(({ event }) => /^history\./.test(event.type)).length;
    const largest = Math.max(...server.ollama.chats.map(({ promptTokens }) => promptTokens));
    const prefix = accounts.map(({ system, tools }) => system + tools);
    console.info(
      `4,096 tokens: ${accounts.length} requests, ${reads.length} pages read, history made smaller ${compactions} times, largest prompt ${largest} tokens, reply ${accounts[0]?.reply}, system and tools ${prefix[0]} by estimate, ${prefix.at(-1)} by the server's count`,
    );
  });
});
