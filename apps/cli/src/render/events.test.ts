import { describe, expect, it } from "vitest";
import { createEventRenderer } from "./events.ts";
import { envelope, evidence, readablePaint, stepStarted } from "./samples.ts";

function render(events: object[], columns?: number): string[] {
  const renderer = createEventRenderer(readablePaint(columns));
  return events.map((event) => renderer(envelope(event))).filter((line) => line !== null);
}

const model = { provider: "ollama", name: "qwen" };
const called = { type: "tool.called", name: "read_file", arguments: { path: "a.py" }, verdict: "allow" };
const returned = { type: "tool.returned", ok: true, observation: "fine", tests: [] };

describe("a run", () => {
  it("is shown with the number of a step before its first line, and what was seen where that changed", () => {
    const lines = render([
      { type: "run.started", attempt: 1, model, baseCommit: "0123456789abcdef" },
      stepStarted(1, ["a.py", "b.py", "c.py", "d.py"]),
      called,
      returned,
      stepStarted(2, ["a.py", "b.py", "c.py", "d.py", "e.py"]),
      { ...called, name: "run_tests", arguments: {} },
      {
        ...returned,
        tests: [evidence({}), evidence({ framework: "ctest", exitCode: 8, passed: 2, failed: 1, phase: "before" })],
      },
    ]);
    expect(lines).toEqual([
      "works with ollama/qwen, from commit 0123456789",
      " 1  sees a.py:1, b.py:1, c.py:1 and 1 more",
      "    read a.py",
      " 2  run tests",
      "      ✓ pytest  3 passed (0.2 s)\n      ✗ ctest   2 passed, 1 failed (0.2 s)",
    ]);
  });
});

const cases: [what: string, event: object, expected: string | null][] = [
  [
    "rules",
    { type: "run.started", attempt: 2, model: { provider: "rules", name: "rules" }, baseCommit: "abc" },
    "attempt 2: works with the built-in rules (no language model), from commit abc",
  ],
  [
    "tests of what was accepted",
    { type: "run.started", attempt: 1, model: { provider: "none", name: "none" }, systemPrompt: "", baseCommit: "abc" },
    "runs the tests on what was accepted, from commit abc",
  ],
  [
    "a run that something stands in the way of",
    { type: "run.started", attempt: 1, model: { provider: "none", name: "none" }, systemPrompt: "S", baseCommit: "0" },
    "cannot begin",
  ],
  ["a search that is down", { ...stepStarted(1, []), coverage: null }, " 1  search is unavailable"],
  ["no hits", stepStarted(12, []), "12  finds nothing in the index that fits"],
  ["a call that failed", { ...returned, ok: false, observation: 'no file\n  "x"' }, '      no file "x"'],
  ["a refused call", { ...called, verdict: "deny" }, "    read a.py (refused by the policy)"],
  ["the end", { ...called, name: "finish", arguments: { summary: "done" } }, null],
  [
    "what a model says beside a call",
    { type: "model.replied", reply: { content: "I look.\nThen I act.", toolCalls: [{}] } },
    "    I look.\n    Then I act.",
  ],
  ["what a model says at the end", { type: "model.replied", reply: { content: "The answer", toolCalls: [] } }, null],
  [
    "a model that failed",
    { type: "model.failed", message: "reset", willRetry: true },
    "    the model: reset; asking again",
  ],
  [
    "a question",
    { type: "approval.requested", kind: "question", question: "Which?", options: ["a", "b"] },
    "question: Which?\n  1  a\n  2  b",
  ],
  ["an answer", { type: "approval.decided", accepted: true, answer: "b" }, "answer: b"],
  [
    "a command that is asked about",
    {
      type: "approval.requested",
      kind: "command",
      subject: { argv: ["rm", "-r", "a b"], cwd: "src", reason: "it deletes", rule: "rm" },
    },
    "may it run? $ rm -r 'a b' (in src)\n  it deletes; rule \"rm\"",
  ],
  [
    "a refusal",
    { type: "approval.decided", accepted: false, answer: "keep it", rememberedId: "rem_0" },
    "refused from now on: keep it",
  ],
  [
    "what nobody decided",
    { type: "approval.decided", accepted: false, how: "expired" },
    "nobody decided in time; it counts as refused",
  ],
  ["a message", { type: "message.added", text: "stop\nit" }, "message: stop it"],
  ["text that would steer a terminal", { type: "message.added", text: "\u001b]0;x\u0007" }, "message: \\x1b]0;x\\x07"],
  ["a decision", { type: "change.applied", target: "checkout", files: [{}] }, "accepted (checkout): 1 file"],
  ["a rejection", { type: "change.rejected", decision: { reason: "ugly" } }, "rejected: ugly"],
];

it.each(cases)("%s", (_what, event, expected) => expect(render([event])[0] ?? null).toBe(expected));

it("says once what a model wants looked for besides", () => {
  const expansion = { names: ["retryDelay"], words: ["backoff", "\u001b"], model: "ollama/qwen" };
  const first = { ...stepStarted(1, ["a.py"]), expansion };
  expect(render([first, stepStarted(2, ["a.py"])])).toEqual([
    " 1  also looks for retryDelay, backoff, \\x1b\n    sees a.py:1",
  ]);
  for (const none of [null, { names: [], words: [], model: "ollama/qwen" }])
    expect(render([{ ...stepStarted(1, ["a.py"]), expansion: none }])).toEqual([" 1  sees a.py:1"]);
});

it("fits the terminal, whatever happens", () => {
  const text = "words that are long enough to be cut or to go on below ".repeat(3);
  const events = [
    { type: "run.started", attempt: 2, model: { provider: "rules", name: "rules" }, baseCommit: "0123456789abcdef" },
    stepStarted(1, ["a.py"]),
    { ...called, name: "run_command", arguments: { argv: text.split(" ") }, verdict: "deny" },
    { ...called, name: "run_command", arguments: { argv: text.split(" ") }, approvalId: "apr_0" },
    { type: "history.summarised", tokensBefore: 123_456, tokensAfter: 12_345 },
    { type: "plan.updated", plan: { steps: [{ text, state: "active" }] } },
    { type: "message.added", text },
    { type: "change.rejected", decision: { reason: text } },
    { type: "fact.proposed", fact: { text }, reason: text, approvalId: "apr_0" },
    { type: "fact.decided", accepted: false, answer: text },
    { type: "approval.requested", kind: "question", question: text, options: [text] },
    {
      type: "approval.requested",
      kind: "command",
      subject: { argv: text.split(" "), cwd: ".", reason: text, rule: null },
    },
    { type: "approval.decided", accepted: false, answer: text, rememberedId: "rem_0" },
    { type: "approval.decided", accepted: true, answer: text },
    { type: "change.verified", problem: text, tests: [] },
    { type: "change.rebased", conflicts: [{}] },
    {
      ...returned,
      tests: [evidence({ passed: 1234, failed: 1234, skipped: 1234, exitCode: null, signal: "SIGKILL" })],
    },
  ];
  const lines = render(events, 60).flatMap((line) => line.split("\n"));
  expect(lines.length).toBeGreaterThan(events.length);
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
  // What is to be allowed is there whole.
  expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(`may it run? $ ${text.trim()} ''`);
});

it("is cut to the terminal", () => {
  const long = { ...called, arguments: { path: "a/very/long/path/to/some/file.py" } };
  expect(render([stepStarted(1, ["a/very/long/path.py"]), long], 24)).toEqual([
    " 1  sees a/very/long/pa…",
    "    read a/very/long/pa…",
  ]);
});
