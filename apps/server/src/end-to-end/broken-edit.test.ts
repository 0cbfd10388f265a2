// An edit that breaks a file's syntax is told so at once, over Ollama's wire; one that mends it, and one in a file that was broken before, is not.
import { afterAll, beforeAll, expect, it } from "vitest";
import { mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { call } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const broken = mendedCalculator.replace("return a + b", "return (a + b");
const replies = [
  call("write_file", { path: "calculator.py", content: broken }),
  call("write_file", { path: "calculator.py", content: mendedCalculator }),
  call("write_file", { path: "new.js", content: "function f( {\n  return 1;\n}\n" }),
  call("edit_file", { path: "new.js", old: "return 1", new: "return 2" }),
  call("write_file", { path: "notes.txt", content: "def (\n" }),
  call("finish", { summary: "Done." }),
];

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(replies);
});
afterAll(() => server?.close());

it("says what an edit broke, and where", async () => {
  const id = await submitTask(server, "Adding is wrong.");
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  const said = eventsOf(await allEvents(server.client, id), "tool.returned").map(({ observation }) => observation);
  expect(said[0]).toMatch(/^wrote calculator\.py.*\nbut the syntax of calculator\.py is broken now: line \d+ /);
  expect(said[1]).not.toContain("syntax");
  expect(said[2]).toContain("the syntax of new.js is broken now: line 1 ");
  expect(said[3]).not.toContain("syntax");
  expect(said[4]).not.toContain("syntax");
  await server.ollama.finish();
});
