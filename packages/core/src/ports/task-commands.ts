// The port of a task's commands by name: those that run on in its background, and what every one of them printed.
// A name ("c1", "c2" …) is given in the order of starts and is never given again in the same task, whoever works on it.
import type { ProcessResult } from "./process-runner.ts";

export interface CommandReport {
  name: string;
  argv: readonly string[];
  /** `lost`: what it ran under is gone (the run rested, or its worker was lost), and the command with it. */
  state: "running" | "ended" | "lost";
  /** How, where it ended by itself, by a limit or because it was stopped. */
  end: Pick<ProcessResult, "exitCode" | "signal" | "ended" | "durationMs"> | null;
  /** What it printed since the last look, the newest of it; without known secrets. */
  output: string;
  /** Of that, bytes that are only in the whole output. */
  droppedBytes: number;
}

export interface TaskCommands {
  /**
   * Starts a command that runs on beside what follows, and returns after a moment, or at its end if that comes first. It ends with the
   * run at the latest: when the task is done or waits, when its lease or its worker is lost. Rejects as `CommandRunner.run` does, and
   * with `limit_exceeded` when as many run already as may.
   */
  start(command: { argv: readonly string[]; cwd?: string }, signal: AbortSignal): Promise<CommandReport>;
  /** Waits a moment where there is nothing new and it still runs. Rejects with `not_found`, naming those there are. */
  look(name: string, signal: AbortSignal): Promise<CommandReport>;
  /** Resolves when nothing of it is left. A command that has ended is reported as it is. Rejects with `not_found`. */
  stop(name: string): Promise<CommandReport>;
  /** All that was kept of its output, of every command of the task; without known secrets. Rejects with `not_found`. */
  readAll(name: string): Promise<string>;
}
