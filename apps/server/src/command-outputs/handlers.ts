// What the routes of a task's commands do.
import type { TaskStore } from "@outpost/core";
import { OutpostError, type TaskCommand, type TaskState } from "@outpost/protocol";
import type { JsonHandlers } from "../api/handlers.ts";
import { taskOf } from "../api/parameters.ts";
import { type CommandRecord, openOutputFiles } from "./output-files.ts";

export interface CommandOutputPorts {
  store: Pick<TaskStore, "getTask">;
  dataDirectory: string;
}

export function createCommandOutputHandlers({
  store,
  dataDirectory,
}: CommandOutputPorts): Pick<JsonHandlers, "listTaskCommands" | "readCommandOutput"> {
  return {
    async listTaskCommands({ params }) {
      const { id, state } = await store.getTask(taskOf(params));
      const records = await openOutputFiles(dataDirectory, id).list();
      return { items: records.map((record) => toCommand(record, state)) };
    },
    async readCommandOutput({ params, query: { offset, limit } }) {
      const { id, state } = await store.getTask(taskOf(params));
      const files = openOutputFiles(dataDirectory, id);
      const name = params["command"] ?? "";
      const bytes = await files.read(name, offset, limit);
      const record = (await files.list()).find((one) => one.name === name);
      if (!record) throw new OutpostError("not_found", `the task has no command "${name.slice(0, 40)}"`);
      const whole = wholeCharacters(bytes, offset + bytes.byteLength >= record.keptBytes);
      const next = offset + whole.byteLength;
      const command = toCommand(record, state);
      const hasMore = next < record.keptBytes && whole.byteLength > 0;
      return { command, text: whole.toString("utf8"), offset, nextOffset: hasMore ? next : null };
    },
  };
}

/** One that seems to run while nobody works on its task was lost with its worker. */
function toCommand({ isTold: _, ...command }: CommandRecord, task: TaskState): TaskCommand {
  return command.state === "running" && task !== "running" ? { ...command, state: "lost" } : command;
}

/** Without the beginning of a character whose rest is on the next page. */
function wholeCharacters(bytes: Buffer, isEnd: boolean): Buffer {
  if (isEnd) return bytes;
  for (let back = 1; back <= Math.min(3, bytes.byteLength - 1); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.byteLength - back) : bytes;
  }
  return bytes;
}
