// What tests of rendering are made of: a paint whose colours can be read, and events with everything that is not of interest filled in.
import type { Change, EventEnvelope, TaskEvent, TestEvidence } from "@outpost/protocol";
import type { Paint } from "./paint.ts";

/** Colours as `<red:…>`; none when `hasColours` is false. */
export function readablePaint(columns = Number.POSITIVE_INFINITY, hasColours = false): Paint {
  const paint = (format: unknown, text: string): string => (hasColours ? `<${String(format)}:${text}>` : text);
  return Object.assign(paint, { isTerminal: true, columns }) as Paint;
}

/** A list of unfinished events becomes what the schema says. */
export function envelope(event: object): EventEnvelope {
  return { version: 1, position: 1, taskId: "tsk_0" as never, seq: 1, atMs: 0, event: event as TaskEvent };
}

export function evidence(given: Partial<TestEvidence>): TestEvidence {
  return {
    argv: ["pytest"],
    framework: "pytest",
    phase: "after",
    exitCode: 0,
    signal: null,
    passed: 3,
    failed: 0,
    skipped: 0,
    durationMs: 200,
    outputTail: "",
    ...given,
  };
}

export function stepStarted(step: number, paths: string[]): object {
  const hits = paths.map((path) => ({ path, startLine: 1 }));
  return { type: "step.started", step, hits, coverage: {} };
}

export function change(given: Partial<Change>): Change {
  return {
    taskId: "tsk_0" as never,
    revision: 1,
    baseCommit: "0123456789abcdef0123456789abcdef01234567" as never,
    tree: "0" as never,
    applyTarget: "checkout",
    summary: "",
    files: [],
    addedLines: 1,
    removedLines: 1,
    tests: [],
    ...given,
  };
}

export const file: Change["files"][number] = {
  path: "a.py",
  oldPath: null,
  kind: "modified",
  oldMode: "100644",
  newMode: "100644",
  oldBlob: null,
  newBlob: null,
  binary: false,
  language: "python",
  addedLines: 1,
  removedLines: 1,
  hunks: [
    {
      id: "0123456789abcdef",
      oldStart: 1,
      oldLines: 2,
      newStart: 1,
      newLines: 2,
      lines: [" x = 1", "-y = 1", "+y = 2"],
    },
  ],
};
