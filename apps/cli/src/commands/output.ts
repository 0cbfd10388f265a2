// `outpost output`: the commands of a task, and what one of them printed.
import type { OutputPage, TaskCommand, TaskId } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { age, oneLine, seconds } from "../render/layout.ts";
import { type Paint, printable } from "../render/paint.ts";
import { type Column, renderTable } from "../render/table.ts";
import { shellWords } from "../render/tool-call.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";

export async function outputCommand(context: CommandContext, wanted: string, name: string | undefined): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  if (name === undefined) {
    const { items } = await connection.client.call("listTaskCommands", { params: { taskId } });
    context.give(items, () => renderCommands(items, context.paint));
    return;
  }
  let whole = "";
  let last: OutputPage | undefined;
  for await (const page of readPages(connection, taskId, name)) {
    last = page;
    if (context.isJson) whole += page.text;
    else process.stdout.write(page.text.split("\n").map(printable).join("\n"));
  }
  if (last) context.emit({ command: last.command, text: whole });
}

async function* readPages({ client }: Connection, taskId: TaskId, command: string): AsyncGenerator<OutputPage> {
  for (let offset: number | null = 0; offset !== null; ) {
    const query = { offset, limit: pageBytes };
    const page: OutputPage = await client.call("readCommandOutput", { params: { taskId, command }, query });
    yield page;
    offset = page.nextOffset;
  }
}

const pageBytes = 262_144;

export function renderCommands(items: readonly TaskCommand[], paint: Paint, nowMs = Date.now()): string {
  if (items.length === 0) return "no commands: none ran, or their outputs were collected";
  const rows = items.map((command) => [
    command.name.padEnd(3),
    age(command.startedAtMs, nowMs),
    size(command),
    oneLine(printable(shellWords(command.argv))),
    paint("dim", describe(command)),
  ]);
  const columns: Column[] = [
    {},
    { align: "right", worth: 1 },
    { align: "right", worth: 2 },
    { least: 20 },
    { worth: 3 },
  ];
  return renderTable(columns, rows, paint.columns).join("\n");
}

function describe({ state, background, exitCode, ended, startedAtMs, endedAtMs, cwd }: TaskCommand): string {
  const where = cwd === "." ? "" : ` in ${printable(cwd)}`;
  const after = endedAtMs === null ? "" : ` after ${seconds(endedAtMs - startedAtMs)}`;
  const how = {
    running: background ? "runs in the background" : "runs",
    lost: "ended with its run",
    ended: `${exitCode === null ? (ended ?? "ended") : `exit code ${exitCode}`}${after}`,
  }[state];
  return `(${how}${where})`;
}

function size({ keptBytes, printedBytes }: TaskCommand): string {
  const bytes = Math.max(keptBytes, printedBytes);
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
