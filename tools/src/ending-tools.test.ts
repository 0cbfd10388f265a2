// ask_user and finish: the loop acts on the calls; here they only say what they were given.
import type { Worktree } from "@outpost/core";
import { callTool, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { askUser } from "./ask-user.ts";
import { finish } from "./finish.ts";

let worktree: Worktree;
beforeAll(async () => {
  worktree = await createTempWorktree({ "a.txt": "" });
});
afterAll(() => worktree.close());

it("ask_user repeats the question", async () => {
  const result = await callTool(askUser, { question: " which? ", options: ["a", "b"] }, createToolContext(worktree));
  expect(result).toEqual({ ok: true, text: "asked: which?" });
});

it("finish gives the summary", async () => {
  const result = await callTool(finish, { summary: "all done", citations: [] }, createToolContext(worktree));
  expect(result).toEqual({ ok: true, text: "all done" });
});
