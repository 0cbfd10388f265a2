// The commands of one task in this worker: each has a name and its output is kept; some run on in the background. What ran under another
// worker, or before the task rested, is only read of and never taken to be alive.
// Covered: a bounded number in the background; all end with `endAll`. Not covered: how a command is run and ended; that is the runner's.
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandReport, CommandRequest, CommandResult, CommandRunner, TaskCommands } from "@outpost/core";
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { CommandRecord, OutputFiles } from "../command-outputs/output-files.ts";
import { type RecordedOutput, recordOutput } from "../command-outputs/record-output.ts";
import type { Redactor } from "../secrets/redactor.ts";

export interface CommandBounds {
  /** Kept of each command's output. */
  outputBytes: number;
  /** Of all of a task's. */
  taskBytes: number;
  /** Running at the same time. */
  background: number;
}

export interface TaskCommandsOptions {
  files: OutputFiles;
  /** Prepared when the first command needs it. */
  runner(signal: AbortSignal): Promise<CommandRunner>;
  redactor: Pick<Redactor, "openStream" | "redact" | "redactValue">;
  bounds: CommandBounds;
  nowMs: () => number;
  /** How long a start and a look wait for something to be seen. */
  settleMs?: number;
}

export interface WorkerTaskCommands extends TaskCommands {
  /** To the end, with the name under which its output is kept. Rejects as `CommandRunner.run` does. */
  run(command: CommandRequest, signal: AbortSignal): Promise<CommandResult>;
  /** Sentences on background commands that ended and of which the model does not know. Each is said once. */
  takeNews(): Promise<string[]>;
  /** Resolves when nothing of any background command is left, with how many there were. */
  endAll(): Promise<number>;
}

interface Opened {
  record: CommandRecord;
  recorded: RecordedOutput;
}

interface Live extends Opened {
  controller: AbortController;
  result: CommandResult | null;
  done: Promise<void>;
  /** Why it did not run at all. */
  failure: unknown;
}

const defaultSettleMs = 1500;
const lookEveryMs = 25;

export function createTaskCommands(options: TaskCommandsOptions): WorkerTaskCommands {
  const { files, redactor, bounds, nowMs, settleMs = defaultSettleMs } = options;
  const live = new Map<string, Live>();
  let caughtUp: Promise<CommandRecord[]> | undefined;

  async function open(command: CommandRequest, background: boolean): Promise<Opened> {
    const { name, descriptor } = await files.create(bounds.taskBytes);
    const recorded = recordOutput({ descriptor, maxBytes: bounds.outputBytes, redactor, keepsNew: background });
    const record: CommandRecord = {
      ...{ name, argv: redactor.redactValue([...command.argv]), cwd: command.cwd ?? ".", background },
      ...{ state: "running", startedAtMs: nowMs(), endedAtMs: null, exitCode: null, ended: null },
      ...{ printedBytes: 0, keptBytes: 0, isTold: !background },
    };
    await files.save(record);
    return { record, recorded };
  }

  async function close({ record, recorded }: Opened, end: Partial<CommandRecord>): Promise<void> {
    recorded.finish();
    Object.assign(record, { state: "ended", endedAtMs: nowMs(), printedBytes: recorded.printedBytes(), ...end });
    await files.save(record).catch(() => {});
  }

  /** What an earlier worker left running is lost. Gives those of which the model was not told, once. */
  async function catchUp(): Promise<CommandRecord[]> {
    const earlier = (await files.list()).filter(({ name }) => !live.has(name));
    const running = earlier.filter(({ state }) => state === "running");
    for (const record of running) {
      record.state = "lost";
      await files.save(record).catch(() => {});
    }
    return earlier.filter(({ isTold }) => !isTold);
  }

  async function find(name: string): Promise<CommandRecord> {
    caughtUp ??= catchUp();
    await caughtUp;
    const found = (await files.list()).find((record) => record.name === name);
    if (found) return found;
    await files.read(name, 0, 1);
    throw new OutpostError("not_found", `nothing is known of command "${name}" any more`);
  }

  async function noteTold(record: CommandRecord): Promise<void> {
    if (record.state === "running" || record.isTold) return;
    record.isTold = true;
    await files.save(record).catch(() => {});
  }

  async function report(given: Live): Promise<CommandReport> {
    const { record, recorded, result } = given;
    const { text: output, droppedBytes } = recorded.takeNew(record.state !== "running");
    await noteTold(record);
    const { name, argv, state } = record;
    return { name, argv, state, end: result, output, droppedBytes };
  }

  return {
    async run(command, signal) {
      const commands = await options.runner(signal);
      const opened = await open(command, false).catch(() => null);
      // where nothing can be kept, a command still runs
      if (!opened) return commands.run(command, signal);
      try {
        const onOutput = opened.recorded.write;
        const result = await commands.run({ ...command, onOutput }, signal);
        await close(opened, { exitCode: result.exitCode, ended: result.ended });
        return { ...result, name: opened.record.name };
      } catch (error) {
        await close(opened, { ended: signal.aborted ? "aborted" : isOutpostError(error) ? error.code : "internal" });
        throw error;
      }
    },

    async start(command, signal) {
      const running = [...live.values()].filter(({ record }) => record.state === "running");
      if (running.length >= bounds.background) throw tooMany(running, bounds.background);
      const commands = await options.runner(signal);
      const opened = await open(command, true).catch((cause: unknown) => {
        throw new OutpostError("unavailable", "its output cannot be kept; look at the server's disk", { cause });
      });
      const controller = new AbortController();
      const entry: Live = { ...opened, controller, result: null, failure: null, done: Promise.resolve() };
      live.set(entry.record.name, entry);
      const request = { ...command, isBackground: true, onOutput: opened.recorded.write };
      entry.done = commands.run(request, controller.signal).then(
        async (result) => {
          entry.result = result;
          const ended = result.ended === "aborted" ? "stopped" : result.ended;
          await close(entry, { exitCode: result.exitCode, ended });
        },
        async (error: unknown) => {
          entry.failure = error;
          await close(entry, { ended: isOutpostError(error) ? error.code : "internal", isTold: true });
        },
      );
      await Promise.race([entry.done, sleep(settleMs)]);
      if (entry.failure === null) return report(entry);
      live.delete(entry.record.name);
      throw entry.failure;
    },

    async look(name, signal) {
      const entry = live.get(name);
      if (!entry) {
        const record = await find(name);
        await noteTold(record);
        return { name, argv: record.argv, state: record.state, end: endOf(record), output: "", droppedBytes: 0 };
      }
      for (let waited = 0; waited < settleMs && !entry.recorded.hasNew(); waited += lookEveryMs) {
        if (entry.record.state !== "running" || signal.aborted) break;
        await sleep(lookEveryMs);
      }
      return report(entry);
    },

    async stop(name) {
      const entry = live.get(name);
      if (!entry) {
        const record = await find(name);
        return { name, argv: record.argv, state: record.state, end: endOf(record), output: "", droppedBytes: 0 };
      }
      entry.controller.abort();
      await entry.done;
      return report(entry);
    },

    async readAll(name) {
      return (await files.read(name, 0, bounds.outputBytes + maxMarkBytes)).toString("utf8");
    },

    async takeNews() {
      caughtUp ??= catchUp();
      const known = [...(await caughtUp), ...[...live.values()].map(({ record }) => record)];
      const untold = known.filter(({ state, isTold }) => state !== "running" && !isTold);
      for (const record of untold) await noteTold(record);
      return untold.map(describeNews);
    },

    async endAll() {
      const running = [...live.values()].filter(({ record }) => record.state === "running");
      for (const { controller } of running) controller.abort();
      for (const { done } of live.values()) await done;
      for (const { record } of running)
        await files.save({ ...record, state: "lost", ended: null, isTold: false }).catch(() => {});
      live.clear();
      caughtUp = undefined;
      return running.length;
    },
  };
}

/** A file may be a little longer than its bound: by what says what is missing, and by marks longer than what they stand for. */
const maxMarkBytes = 1_048_576;

function endOf({ state, exitCode, ended, startedAtMs, endedAtMs }: CommandRecord): CommandReport["end"] {
  if (state !== "ended") return null;
  const known = ["exit", "signal", "wall_clock", "output", "disk"] as const;
  return {
    exitCode,
    signal: null,
    ended: known.find((name) => name === ended) ?? "aborted",
    durationMs: Math.max(0, (endedAtMs ?? startedAtMs) - startedAtMs),
  };
}

function tooMany(running: readonly Live[], most: number): OutpostError {
  const names = running.map(({ record }) => `${record.name} (${lineOf(record)})`).join(", ");
  return new OutpostError(
    "limit_exceeded",
    `${most} commands run in the background already: ${names}; stop one: read_output {"command":"${running[0]?.record.name}","stop":true}`,
  );
}

function describeNews(record: CommandRecord): string {
  const how =
    record.state === "lost"
      ? "ended with the run before; start it again if you need it"
      : `ended (${record.exitCode === null ? record.ended : `exit code ${record.exitCode}`})`;
  return `${record.name} (${lineOf(record)}) does not run any more: it ${how}; read_output {"command":"${record.name}"} shows what it printed`;
}

function lineOf({ argv }: CommandRecord): string {
  const line = argv.join(" ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
