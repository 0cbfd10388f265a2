import { Command } from "commander";
import { expect, it } from "vitest";
import { composeSubmission, type TaskOptions } from "../commands/submission.ts";
import { addTaskOptions } from "./task-options.ts";

it.each([
  ["", undefined],
  ["--expand", true],
  ["--no-expand", false],
])("a task with %j asks its model for words: %j", (line, expandGoal) => {
  const command = addTaskOptions(new Command()).parse(line.split(" ").filter(Boolean), { from: "user" });
  expect(composeSubmission("tidy up", "edit", command.opts<TaskOptions>()).expandGoal).toBe(expandGoal);
});
