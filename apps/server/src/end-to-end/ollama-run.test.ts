// A run against a wire-faithful Ollama, from the instruction to the reverted change; and what its prompts cost.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hitsHeading } from "@outpost/core";
import type { OllamaTestAnswer, RecordedChat } from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { brokenCalculator, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { call, messagesOf } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const maxPrefixTokens = 1500;
const model = "coder:7b";

const replies: OllamaTestAnswer[] = [
  { thinking: "Let me look.", ...call("search_code", { query: "add two numbers" }) },
  { content: "I read it first.", ...call("read_file", { path: "calculator.py" }), callsOn: "done" },
  call("run_tests", {}),
  {
    ...call("edit_file", { path: "calculator.py", old: "return a - b", new: "return a + b" }),
    writeBytes: 3,
  },
  call("run_tests", {}),
  call("finish", { summary: "add subtracted; it adds now, and both tests pass." }),
];

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(replies, { model: { name: model } });
});
afterAll(() => server?.close());

const onDisk = () => readFile(join(server.project.path, "calculator.py"), "utf8");

describe("a task with a model of Ollama", () => {
  it("reads, edits, tests and finishes; the change is accepted and reverted", async () => {
    const instruction = "Adding gives wrong results. Mend it and run the tests.";
    const id = await submitTask(server, instruction);
    const task = await taskEnd(server.client, id);
    expect(task).toMatchObject({ state: "proposed", revision: 1, outcome: { type: "proposed", revision: 1 } });
    const params = { taskId: id, revision: 1 };
    const change = await server.client.call("getChange", { params });
    expect(change).toMatchObject({ addedLines: 1, removedLines: 1, files: [{ path: "calculator.py" }] });
    expect(change.tests.map(({ phase, framework, passed, failed }) => [phase, framework, passed, failed])).toEqual([
      ["before", "unittest", 0, 2],
      ["after", "unittest", 2, 0],
    ]);
    expect(await onDisk()).toBe(brokenCalculator);

    const accepted = await server.client.call("decideChange", { params, body: { decision: "accept" } });
    expect(accepted.task.state).toBe("applied");
    expect(await onDisk()).toBe(mendedCalculator);
    const reverted = await server.client.call("revertChange", { params });
    expect(reverted.task.state).toBe("reverted");
    expect(await onDisk()).toBe(brokenCalculator);

    const events = await allEvents(server.client, id);
    expect(eventsOf(events, "model.replied")[0]?.reply.thinking).toBe("Let me look.");
    expect(eventsOf(events, "tool.returned").map(({ ok }) => ok)).toEqual([true, true, false, true, true, true]);
    expect(eventsOf(events, "run.started")[0]?.model).toMatchObject({ provider: "ollama", name: model });
    await server.ollama.finish();
  });
});

/** The prompt as text, without the hits at its end: what a server that keeps the last prompt's work can go on from. */
function stableText(chat: RecordedChat): { tools: string; messages: string[] } {
  const messages = messagesOf(chat.body);
  const kept = messages.at(-1)?.content.startsWith(hitsHeading) ? messages.slice(0, -1) : messages;
  return { tools: JSON.stringify(chat.body["tools"]), messages: kept.map((message) => JSON.stringify(message)) };
}

function sharedCharacters(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

describe("its prompts", () => {
  it.each([3.5, 4])("have a system prompt and tools under 1,500 tokens, at %d characters a token", (characters) => {
    expect(server.ollama.chats.length).toBe(replies.length);
    const sizes = server.ollama.chats.map(({ body }) => {
      const system = messagesOf(body)[0]?.content ?? "";
      return Math.ceil((system.length + JSON.stringify(body["tools"]).length) / characters);
    });
    console.info(`system prompt and tools: ${Math.max(...sizes)} tokens at ${characters} characters a token`);
    expect(Math.min(...sizes)).toBeGreaterThan(100);
    expect(Math.max(...sizes)).toBeLessThan(maxPrefixTokens);
  });

  it("continue each other: but for the hits, the last one is a prefix of the next", () => {
    const shares: number[] = [];
    expect(server.ollama.chats.every(({ body }) => messagesOf(body).at(-1)?.content.startsWith(hitsHeading))).toBe(
      true,
    );
    for (const [index, next] of server.ollama.chats.slice(1).entries()) {
      const last = server.ollama.chats[index] as RecordedChat;
      const before = stableText(last);
      const after = stableText(next);
      expect(after.tools).toBe(before.tools);
      expect(after.messages.slice(0, before.messages.length)).toEqual(before.messages);
      expect(after.messages.length).toBeGreaterThan(before.messages.length);
      const whole = [last, next].map(
        ({ body }) =>
          JSON.stringify(body["tools"]) +
          messagesOf(body)
            .map((message) => JSON.stringify(message))
            .join(""),
      ) as [string, string];
      shares.push(sharedCharacters(...whole) / whole[1].length);
    }
    const percent = shares.map((share) => Math.round(share * 100));
    console.info(`unchanged prefix of each prompt: ${percent.join(" %, ")} %`);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
  });

  it("fit the window, which is named and never changes", () => {
    const windows = new Set(
      server.ollama.chats.map(({ body }) => (body["options"] as Record<string, unknown>)["num_ctx"]),
    );
    expect([...windows]).toEqual([8192]);
    expect(server.ollama.loads).toHaveLength(1);
    for (const { promptTokens, windowTokens } of server.ollama.chats)
      expect(promptTokens).toBeLessThanOrEqual(windowTokens);
  });
});
