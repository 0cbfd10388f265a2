// `outpost checkpoints` and `outpost restore`: the points that a task's files can go back to.
import { type Checkpoint, OutpostError } from "@outpost/protocol";
import { age, count } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import { type Column, renderTable } from "../render/table.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";

export async function checkpointsCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const params = { taskId: await findTaskId(connection, wanted) };
  const { items } = await connection.client.call("listCheckpoints", { params });
  context.give(items, () => renderCheckpoints(items, context.paint));
}

export function renderCheckpoints(items: readonly Checkpoint[], paint: Paint): string {
  if (items.length === 0) return "no checkpoints: nothing was written yet";
  const rows = items.map(({ number, runNumber, atMs, files, isCurrent, isKept }) => {
    const notes = [isCurrent ? "next run from here" : "", isKept ? "" : "collected"].filter((note) => note !== "");
    return [
      String(number).padStart(3),
      `run ${runNumber}`,
      age(atMs, Date.now()),
      count(files.length, "file"),
      files.map(printable).join(" "),
      notes.length > 0 ? paint("dim", `(${notes.join(", ")})`) : "",
    ];
  });
  const columns: Column[] = [{}, { worth: 2 }, { align: "right", worth: 3 }, { worth: 1 }, { least: 20 }, {}];
  return renderTable(columns, rows, paint.columns).join("\n");
}

export async function restoreCommand(context: CommandContext, wanted: string, number: string): Promise<void> {
  if (!/^\d{1,9}$/.test(number))
    throw new OutpostError("invalid_input", `"${number}" is no checkpoint; give a number (see: outpost checkpoints)`);
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("restoreCheckpoint", { params: { taskId, number } });
  context.tell(task, () => `the next run begins at checkpoint ${number}; go on with: outpost say ${taskId} "…"`);
}
