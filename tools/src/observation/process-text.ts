// What a process did and printed, as an observation: how it ended first, then its output, head and tail.
import type { CommandResult, ProcessOutput, ProcessResult } from "@outpost/core";
import { makeVisible, stripTerminalSequences } from "@outpost/protocol";
import { fitHeadAndTail } from "./fit.ts";

/** Null is never 0: a process that a limit or a signal ended has no exit code. */
export function describeEnd(result: ProcessResult): string {
  const after = `after ${(result.durationMs / 1000).toFixed(1)} s`;
  switch (result.ended) {
    case "exit":
      return result.exitCode === null ? `ended without an exit code ${after}` : `exit code ${result.exitCode} ${after}`;
    case "signal":
      return `ended by ${result.signal ?? "a signal"} ${after}`;
    case "wall_clock":
      return `ended by the time limit ${after}; run less of it, or give a greater timeout_ms`;
    case "output":
      return `ended ${after} because it printed too much; make it print less`;
    case "disk":
      return `ended ${after} because the disk is almost full; remove what it wrote, or make it write less`;
    case "aborted":
      return `ended ${after} because the run was ended`;
  }
}

export function outputText(output: ProcessOutput): string {
  return makeVisible(stripTerminalSequences(output.text)).trimEnd();
}

/**
 * Both streams under `limit` characters, each under its name when both have text. `headShare`: how much of the room goes to the
 * beginning (test runners say what matters at the end).
 */
export function showOutput(result: ProcessResult, limit: number, readOn: string, headShare?: number): string {
  const stdout = outputText(result.stdout);
  const stderr = outputText(result.stderr);
  if (stdout === "" && stderr === "") return "(no output)";
  if (stderr === "") return fitHeadAndTail(stdout, limit, readOn, headShare);
  if (stdout === "") return `stderr:\n${fitHeadAndTail(stderr, limit - 8, readOn, headShare)}`;
  const room = limit - 20;
  const half = Math.floor(room / 2);
  const stderrRoom = Math.max(half, room - stdout.length);
  const shownError = fitHeadAndTail(stderr, Math.min(stderr.length, stderrRoom), readOn, headShare);
  const shown = fitHeadAndTail(stdout, room - shownError.length, readOn, headShare);
  return `stdout:\n${shown}\nstderr:\n${shownError}`;
}

/** What to do about output that was left out. */
export function readOnHint({ name }: Pick<CommandResult, "name">): string {
  return name === undefined ? "run it so that it prints less" : `read_output {"command":"${name}"} shows all`;
}
