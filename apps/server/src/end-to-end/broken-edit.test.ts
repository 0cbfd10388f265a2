// An edit that breaks a file's syntax is told so at once, over Ollama's wire; one that mends it, and one in a file that was broken before, is not.
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { calculatorFiles, mendedCalculator } from "./calculator-project.ts";
import { allEvents, eventsOf, registerAndIndex, taskEnd } from "./follow-task.ts";
import { call } from "./scenarios.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const broken = mendedCalculator.replace("return a + b", "return (a + b");
const replies = [
  call("write_file", { path: "calculator.py", content: broken }),
  call("write_file", { path: "calculator.py", content: mendedCalculator }),
  call("write_file", { path: "new.js", content: "function f( {\n  return 1;\n}\n" }),
  call("edit_file", { path: "new.js", old: "return 1", new: "return 2" }),
  call("write_file", { path: "notes.txt", content: "def (\n" }),
  call("finish", { summary: "Done." }),
];

let ollama: OllamaTestServer;
let server: TestServer;
let project: TempRepository;

beforeAll(async () => {
  project = await createTempRepository(calculatorFiles);
  ollama = await startOllamaTestServer({ models: [{ name: "coder:7b" }], replies });
  server = await startTestServer({ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1 });
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  await project?.remove();
});

it("says what an edit broke, and where", async () => {
  const repository = await registerAndIndex(server.client, project.path);
  const body = { repositoryId: repository.id, instruction: "Adding is wrong." };
  const { id } = await server.client.call("submitTask", { body });
  expect(await taskEnd(server.client, id)).toMatchObject({ state: "proposed" });
  const said = eventsOf(await allEvents(server.client, id), "tool.returned").map(({ observation }) => observation);
  expect(said[0]).toMatch(/^wrote calculator\.py.*\nbut the syntax of calculator\.py is broken now: line \d+ /);
  expect(said[1]).not.toContain("syntax");
  expect(said[2]).toContain("the syntax of new.js is broken now: line 1 ");
  expect(said[3]).not.toContain("syntax");
  expect(said[4]).not.toContain("syntax");
  await ollama.finish();
});
