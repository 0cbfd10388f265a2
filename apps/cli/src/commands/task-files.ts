// `outpost task-files`: the watched tasks.yaml files.
import type { TaskFileList } from "@outpost/protocol";
import { clip, count } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";

export async function taskFilesCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const list = await client.call("listTaskFiles", { signal: context.signal });
  context.give(list, () => renderTaskFiles(list, context.paint));
}

function renderTaskFiles({ items }: TaskFileList, paint: Paint): string {
  return items
    .flatMap(({ path, readAtMs, tasks, problems }) => [
      `${paint("bold", printable(path))}  ${readAtMs === null ? "not there" : count(tasks.length, "task")}`,
      ...tasks.map(({ line, taskId }) => `  line ${String(line).padEnd(5)} ${taskId}`),
      ...problems.map(({ line, message }) => `  line ${String(line).padEnd(5)} ${paint("red", printable(message))}`),
    ])
    .map((line) => clip(line, paint.columns))
    .join("\n");
}
