// What went wrong and what was denied, grouped, with the first examples of each. Bounded by number of groups, examples and characters.
import type { DeniedCall, FailureGroup, TaskEventOf, TaskId } from "@outpost/protocol";
import { createGroups } from "./grouped.ts";

const maxGroups = 200;
const maxExamples = 3;
const maxCharacters = 200;

export function createFailures() {
  const groups = createGroups<FailureGroup>(maxGroups, (key) => {
    const [kind = "tool_failed", name = "other"] = key.split("\0") as [FailureGroup["kind"], string];
    return { kind, name, count: 0, examples: [] };
  });
  const denied = createGroups<DeniedCall>(maxGroups, (key) => {
    const [tool = "other", call = "", rule = ""] = key.split("\0");
    return { tool, call, rule: rule === "" ? null : rule, count: 0, taskIds: [] };
  });
  return {
    note(kind: FailureGroup["kind"], name: string, taskId: TaskId, message: string): void {
      const group = groups.of(`${kind}\0${name}`);
      group.count += 1;
      if (group.examples.length < maxExamples) group.examples.push({ taskId, message: firstLine(message) });
    },
    noteDenied({ name, arguments: given, argv, rule }: TaskEventOf<"tool.called">, taskId: TaskId): void {
      const call = cut(argv?.join(" ") ?? commandOf(given));
      const group = denied.of([name, call, rule ?? ""].join("\0"));
      group.count += 1;
      if (group.taskIds.length < maxExamples && !group.taskIds.includes(taskId)) group.taskIds.push(taskId);
    },
    result(): { failures: FailureGroup[]; denied: DeniedCall[] } {
      return { failures: mostFirst(groups.all()), denied: mostFirst(denied.all()) };
    },
  };
}

function mostFirst<Group extends { count: number }>(all: [string, Group][]): Group[] {
  return all.map(([, group]) => group).sort((one, other) => other.count - one.count);
}

function commandOf(given: Record<string, unknown>): string {
  const { command, argv } = given;
  if (typeof command === "string") return command;
  return Array.isArray(argv) ? argv.join(" ") : JSON.stringify(given);
}

function firstLine(text: string): string {
  return cut(text.trim().split("\n", 1)[0] ?? "");
}

function cut(text: string): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}
