// A command of the task by its name, as an observation: whether it runs, how it ended, what it printed since the last look.
import type { CommandReport } from "@outpost/core";
import { makeVisible, stripTerminalSequences } from "@outpost/protocol";
import { fitHeadAndTail } from "./fit.ts";
import { describeEnd } from "./process-text.ts";

export function describeState({ name, state, end }: CommandReport): string {
  if (state === "running") return `${name} is running`;
  if (state === "lost" || end === null)
    return `${name} does not run any more: it ended with the run that had started it`;
  if (end.ended === "aborted") return `${name} was stopped after ${(end.durationMs / 1000).toFixed(1)} s`;
  const nothing = { text: "", bytes: new Uint8Array(), droppedBytes: 0 };
  return `${name}: ${describeEnd({ ...end, stdout: nothing, stderr: nothing })}`;
}

/** Under `limit` characters. */
export function showNew(report: CommandReport, limit: number): string {
  const heading = describeState(report);
  const text = makeVisible(stripTerminalSequences(report.output)).trimEnd();
  const readOn = `read_output {"command":"${report.name}","start_line":1} shows all`;
  const gap = report.droppedBytes > 0 ? `[${report.droppedBytes} bytes before this left out; ${readOn}]\n` : "";
  if (text === "") return `${heading}\n(nothing new)`;
  return `${heading}\n${gap}${fitHeadAndTail(text, limit - heading.length - gap.length - 2, readOn, 0.2)}`;
}
