import type { Change, TestEvidence } from "@outpost/protocol";
import { expect, it } from "vitest";
import { whyNotAutomatic } from "./judge-automatic.ts";

const evidence = (phase: "before" | "after", given: Partial<TestEvidence> = {}): TestEvidence => ({
  ...{ argv: ["npm", "test"], framework: "node", phase, exitCode: 0, signal: null },
  ...{ passed: 5, failed: 0, skipped: 0, durationMs: 1, outputTail: "" },
  ...given,
});
const judge = (tests: TestEvidence[], given: Partial<Change> = {}, taint: string | null = null) =>
  whyNotAutomatic({ tests, files: [], untested: null, secrets: [], ...given }, taint);

it("lets a change through that the same tests speak for, before and after", () => {
  expect(judge([evidence("before"), evidence("after")])).toBeNull();
  expect(judge([evidence("before"), evidence("after", { passed: 6 })])).toBeNull();
});

it.each([
  ["nothing ran", [], {}, null, /no tests were run before/],
  ["only after", [evidence("after")], {}, null, /no tests were run before/],
  ["only before", [evidence("before")], {}, null, /no tests were run after/],
  [
    "red before",
    [evidence("before", { exitCode: 1, failed: 2 }), evidence("after")],
    {},
    null,
    /before the change did not pass.*2 failed/,
  ],
  ["red after", [evidence("before"), evidence("after", { exitCode: 1 })], {}, null, /after the change did not pass/],
  ["ended by a signal", [evidence("before"), evidence("after", { exitCode: null })], {}, null, /exit code none/],
  [
    "green but nothing counted",
    [evidence("before"), evidence("after", { passed: null })],
    {},
    null,
    /no tests were counted/,
  ],
  ["green without a single test", [evidence("before", { passed: 0 }), evidence("after")], {}, null, /0 passed/],
  [
    "fewer tests than before",
    [evidence("before"), evidence("after", { passed: 4 })],
    {},
    null,
    /5 tests passed before the change and 4 after/,
  ],
  ["other tests than before", [evidence("before", { argv: ["true"] }), evidence("after")], {}, null, /other tests/],
  [
    "one of several is red",
    [evidence("before"), evidence("after"), evidence("after", { exitCode: 2 })],
    {},
    null,
    /did not pass/,
  ],
  [
    "the tests were of something else",
    [evidence("before"), evidence("after")],
    { untested: "a part of it" },
    null,
    /a part of it/,
  ],
  ["a secret", [evidence("before"), evidence("after")], { secrets: [{}] as never }, null, /looks like a secret/],
  ["text from outside", [evidence("before"), evidence("after")], {}, "an issue", /an issue/],
] as const)("leaves it to a person: %s", (_, tests, given, taint, says) => {
  expect(judge([...tests], given, taint)).toMatch(says);
});
