import type { RunOutcome } from "@outpost/protocol";
import { expect, it } from "vitest";
import { renderOutcome } from "./outcome.ts";
import { readablePaint } from "./samples.ts";

const place = { path: "a.py", startLine: 3, endLine: 9 };
const cases: [what: string, outcome: RunOutcome, expected: string][] = [
  [
    "an answer whose places are beside it",
    { type: "answered", answer: "In two.", citations: [place, { ...place, endLine: 3 }] },
    "In two.\n\n<bold:sources>\n  <cyan:a.py:3-9>\n  <cyan:a.py:3>",
  ],
  [
    "an answer that names its places",
    { type: "answered", answer: "a.py:3-9 (def x)\n    x = 1", citations: [place] },
    "<cyan:a.py:3-9> (def x)\n    x = 1",
  ],
  [
    "an answer that lists its places",
    { type: "answered", answer: "- a.py:3: x = 1\n- b.py:3: x = 2", citations: [place] },
    "- <cyan:a.py:3>: x = 1\n- b.py:3: x = 2",
  ],
  [
    "prose that is too wide",
    { type: "finished", summary: "nothing there is to do here, it is all done" },
    "nothing there is to do here, it is all\ndone",
  ],
  [
    "a limit",
    { type: "stopped", reason: "step_limit", message: "40 steps", revision: null },
    "<yellow:stopped (step limit): 40 steps>",
  ],
  [
    "a failure",
    { type: "failed", code: "internal", message: "a bug", retryable: false },
    "<red:failed (internal): a bug>",
  ],
  ["a cancelled run", { type: "cancelled" }, "<yellow:cancelled>"],
];

it.each(cases)("%s", (_what, outcome, expected) => {
  expect(renderOutcome(outcome, readablePaint(40, true))).toBe(expected);
});
