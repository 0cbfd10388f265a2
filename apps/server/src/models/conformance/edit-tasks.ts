// Whether the model can say a change: as an exact replacement, as a whole file, and as a patch.
import type { ModelReply } from "@outpost/protocol";
import { parsePatch, placeHunks } from "@outpost/tools";
import { ask, type ConformanceTask, tools } from "./task.ts";

const file = `def add(a, b):
    return a - b


def scale(values, factor):
    result = []
    for value in values:
        result.append(value * factor)
    return result
`;
const numbered = file
  .split("\n")
  .map((line, index) => `${index + 1} ${line}`)
  .join("\n");

interface Change {
  name: string;
  said: string;
  old: string;
  new: string;
}

const changes: Change[] = [
  { name: "one line", said: "add() must add.", old: "    return a - b", new: "    return a + b" },
  {
    name: "several lines",
    said: "Make the body of scale() the single line `return [value * factor for value in values]`.",
    old: "    result = []\n    for value in values:\n        result.append(value * factor)\n    return result",
    new: "    return [value * factor for value in values]",
  },
  {
    name: "an insertion",
    said: 'Insert the line `    """Multiplies each value."""` as the first line of the body of scale().',
    old: "def scale(values, factor):\n",
    new: 'def scale(values, factor):\n    """Multiplies each value."""\n',
  },
];

const prompt = (said: string, how: string) =>
  ask(`This is math.py, with line numbers in front:\n${numbered}\n${said} ${how}`);
const wanted = (change: Change) => file.replace(change.old, () => change.new);
const squeezed = (source: unknown) =>
  String(source ?? "")
    .trim()
    .replaceAll(/\r/g, "");

function argumentsOf({ toolCalls }: ModelReply, name: string): Record<string, unknown> | string {
  const [call] = toolCalls;
  if (!call) return "no call";
  return call.name === name ? ((call.arguments ?? {}) as Record<string, unknown>) : `called ${call.name}`;
}

function replaceTask(change: Change): ConformanceTask {
  return {
    ...{ area: "edits", name: `replaces ${change.name}`, protocol: "native", tools },
    messages: prompt(change.said, "Use edit_file: old must be the exact text, without line numbers."),
    sample: { calls: [{ name: "edit_file", arguments: { path: "math.py", old: change.old, new: change.new } }] },
    judge(reply) {
      const given = argumentsOf(reply, "edit_file");
      if (typeof given === "string") return given;
      const old = String(given["old"] ?? "");
      const times = old === "" ? 0 : file.split(old).length - 1;
      if (times !== 1) return `old occurs ${times} times`;
      const changed = file.replace(old, () => String(given["new"] ?? ""));
      return squeezed(changed) === squeezed(wanted(change)) ? null : "another change than the one that was asked for";
    },
  };
}

function wholeTask(change: Change): ConformanceTask {
  return {
    ...{ area: "edits", name: `writes the file with ${change.name}`, protocol: "native", tools },
    messages: prompt(change.said, "Use write_file with the whole new file, without line numbers."),
    sample: { calls: [{ name: "write_file", arguments: { path: "math.py", content: wanted(change) } }] },
    judge(reply) {
      const given = argumentsOf(reply, "write_file");
      if (typeof given === "string") return given;
      return squeezed(given["content"]) === squeezed(wanted(change))
        ? null
        : "another file than the one that was asked for";
    },
  };
}

function patchTask(change: Change): ConformanceTask {
  const marked = (mark: string, text: string): string =>
    text
      .split("\n")
      .filter((line, index, all) => line !== "" || index < all.length - 1)
      .map((line) => `${mark}${line}\n`)
      .join("");
  const patch = `@@\n${marked("-", change.old)}${marked("+", change.new)}`;
  return {
    ...{ area: "edits", name: `patches ${change.name}`, protocol: "native", tools },
    messages: prompt(change.said, "Use apply_patch: a unified diff of the exact lines, without line numbers."),
    sample: { calls: [{ name: "apply_patch", arguments: { path: "math.py", patch } }] },
    judge(reply) {
      const given = argumentsOf(reply, "apply_patch");
      if (typeof given === "string") return given;
      const parsed = parsePatch(String(given["patch"] ?? ""));
      if (!parsed.ok) return parsed.problem;
      const placed = placeHunks({ text: file, hasBom: false, lineEnding: "\n" }, parsed.hunks, 200);
      if (!placed.ok) return placed.problem;
      return squeezed(placed.file.text) === squeezed(wanted(change))
        ? null
        : "another change than the one that was asked for";
    },
  };
}

export function editTasks(): ConformanceTask[] {
  return [...changes.map(replaceTask), ...changes.slice(0, 2).map(wholeTask), ...changes.slice(0, 2).map(patchTask)];
}
