// Where the outputs of a task's commands are kept: one file of text and one record a command, in a directory of the task. Written by the
// worker that has the task, read by the server. Nothing here is precious: a file that is gone is an output that cannot be read any more.
// Written synchronously: a command waits for it, the calls are short and wait for no disk, and handing each to a thread takes longer than all.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError, TaskCommand, type TaskId } from "@outpost/protocol";
import { z } from "zod";

export const outputsName = "command-outputs";

/** `isTold`: the model knows how it ended. */
export const CommandRecord = TaskCommand.extend({ isTold: z.boolean() });
export type CommandRecord = z.infer<typeof CommandRecord>;

export interface OutputFiles {
  /** In the order of starts. What cannot be read is left out. */
  list(): Promise<CommandRecord[]>;
  /** Takes the next name. Older outputs go where the task has more than `maxBytes`; their records stay. */
  create(maxBytes: number): Promise<{ name: string; descriptor: number }>;
  save(record: CommandRecord): Promise<void>;
  /** Empty where nothing is kept any more. Rejects with `not_found` for a name that was never given. */
  read(name: string, offset: number, length: number): Promise<Buffer>;
}

const namePattern = /^c([1-9]\d{0,8})$/;

export function openOutputFiles(dataDirectory: string, taskId: TaskId): OutputFiles {
  const directory = join(dataDirectory, outputsName, taskId);
  const textOf = (name: string): string => join(directory, `${name}.log`);
  const recordOf = (name: string): string => join(directory, `${name}.json`);

  const listNumbers = async (suffix: string): Promise<number[]> =>
    numbersIn(await readdir(directory).catch(() => []), suffix);

  async function load(name: string): Promise<CommandRecord | null> {
    const text = await readFile(recordOf(name), "utf8").catch(() => null);
    if (text === null) return null;
    const record = CommandRecord.safeParse(parseJson(text)).data;
    return record ? { ...record, keptBytes: (await sizeOf(textOf(name))) ?? 0 } : null;
  }

  function makeRoom(numbers: readonly number[], maxBytes: number): void {
    const files = numbers.map((number) => {
      const path = textOf(`c${number}`);
      return { path, bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
    });
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files) {
      if (total <= maxBytes) return;
      rmSync(path, { force: true });
      total -= bytes;
    }
  }

  return {
    async list() {
      const numbers = await listNumbers(".json");
      const records = await Promise.all(numbers.map((number) => load(`c${number}`)));
      return records.filter((record) => record !== null);
    },
    async create(maxBytes) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const names = readdirSync(directory);
      const texts = numbersIn(names, ".log");
      makeRoom(texts, maxBytes);
      const taken = [...texts, ...numbersIn(names, ".json")];
      for (let number = Math.max(0, ...taken) + 1; ; number++) {
        try {
          return { name: `c${number}`, descriptor: openSync(textOf(`c${number}`), "ax", 0o600) };
        } catch (error) {
          // a worker that lost the task a moment ago may have taken it
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
      }
    },
    async save(record) {
      const temporary = `${recordOf(record.name)}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 });
      renameSync(temporary, recordOf(record.name));
    },
    async read(name, offset, length) {
      if (!namePattern.test(name) || !(await load(name))) throw await missing(name, await listNumbers(".json"));
      return readPart(textOf(name), offset, length);
    },
  };
}

function numbersIn(names: readonly string[], suffix: string): number[] {
  return names
    .flatMap((name) => (name.endsWith(suffix) ? (namePattern.exec(name.slice(0, -suffix.length))?.[1] ?? []) : []))
    .map(Number)
    .sort((left, right) => left - right);
}

async function missing(name: string, numbers: readonly number[]): Promise<OutpostError> {
  const names = numbers.slice(-10).map((number) => `c${number}`);
  const known = names.length === 0 ? "none ran yet" : `there is ${names.join(", ")}`;
  return new OutpostError("not_found", `the task has no command "${name.slice(0, 40)}"; ${known}`);
}

function readPart(path: string, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
  } finally {
    closeSync(descriptor);
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
