import { describe, expect, it } from "vitest";
import { renderChange, renderEvidence } from "./change.ts";
import { change, evidence, file, readablePaint } from "./samples.ts";

describe("a change", () => {
  it("shows files, hunks in colour, and the tests before and after", () => {
    const tests = [
      evidence({ phase: "before", exitCode: 1, passed: 2, failed: 1 }),
      evidence({ phase: "after" }),
      evidence({ phase: "after", framework: "ctest", passed: 7 }),
    ];
    expect(renderChange(change({ files: [file], tests }), readablePaint(80, true))).toBe(
      [
        "<bold:the change>: 1 file, <green:+1> <red:-1> <dim:on 0123456789>",
        "",
        "<bold:a.py>",
        "<cyan:@@ -1,2 +1,2 @@>",
        " x = <cyan:1>",
        "<red:-><red:y = ><red,bold,underline:1>",
        "<green:+><green:y = ><green,bold,underline:2>",
        "",
        "tests before the change:",
        "  <red:✗> pytest  2 passed, <red:1 failed> <dim:(0.2 s)>",
        "tests after the change:",
        "  <green:✓> pytest  3 passed <dim:(0.2 s)>",
        "  <green:✓> ctest   7 passed <dim:(0.2 s)>",
      ].join("\n"),
    );
  });

  it("says all that stands beside its lines within the terminal", () => {
    const path = "apps/server/src/a/rather/long/path/of/a/file.py";
    const review = {
      confidence: {
        level: "low" as const,
        reason: "no tests were run on the change, so nobody knows what it does",
        model: null,
      },
      notes: [
        {
          kind: "suggested_test" as const,
          text: "no test file has its name: write one",
          by: "model" as const,
          path,
          line: 3,
        },
      ],
    };
    const secrets = [{ id: "sec_0", what: "a token of a service that is well known", path, line: 3 }] as never;
    const coverage = { verdict: "likely", tests: [path] } as never;
    const given = change({ files: [{ ...file, coverage }], tests: [], secrets, review });
    const shown = renderChange({ ...given, taint: "a page of the web that somebody wrote" }, readablePaint(60));
    expect(shown).toContain("so\n  nobody knows what it does)");
    expect(shown.split("\n").filter((line) => line.length > 60)).toEqual([]);
    const piped = renderChange({ ...given, taint: "a page" }, readablePaint());
    expect(piped).toContain(`  test to write ${path}:3  no test file has its name: write one (the model)`);
  });

  it("says first what its task had read from outside", () => {
    const shown = renderChange({ ...change({ files: [file], tests: [] }), taint: "a page\u001b[2J" }, readablePaint());
    expect(shown).toContain("after the task had read a page\\x1b[2J");
    expect(renderChange(change({ files: [file], tests: [] }), readablePaint())).not.toContain("had read");
  });

  it.each([
    ["nothing was run", [], "tests: none were run on this change"],
    ["only before", [evidence({ phase: "before" })], "tests after the change: none were run"],
  ])("says plainly when %s", (_what, tests, expected) => {
    expect(renderChange(change({ files: [file], tests }), readablePaint())).toContain(expected);
  });

  it.each([
    ["a new file", { kind: "added", oldMode: null }, "a.py (new file)"],
    ["a new program", { kind: "added", oldMode: null, newMode: "100755" }, "a.py (new file, executable)"],
    ["a removed file", { kind: "deleted", newMode: null }, "a.py (deleted)"],
    ["a renamed file", { kind: "renamed", oldPath: "b.py" }, "b.py → a.py (renamed)"],
    ["a mode", { kind: "mode", newMode: "100755" }, "a.py (mode, 100644 → 100755)"],
    ["a binary file", { binary: true, hunks: [] }, "a.py (binary)"],
    ["a path that would steer a terminal", { path: "\u001b[8m.py" }, "\\x1b[8m.py"],
  ] as const)("names %s", (_what, given, expected) => {
    const text = renderChange(change({ files: [{ ...file, ...given } as typeof file] }), readablePaint());
    expect(text.split("\n")[2]).toBe(expected);
  });
});

it.each([
  ["passed", {}, "✓ pytest  3 passed (0.2 s)"],
  ["failed and skipped", { exitCode: 1, failed: 2, skipped: 1 }, "✗ pytest  3 passed, 2 failed, 1 skipped (0.2 s)"],
  ["ended by a limit", { exitCode: null, passed: null, failed: null }, "✗ pytest  ended by a limit (0.2 s)"],
  ["ended by a signal", { exitCode: null, signal: "SIGKILL" }, "✗ pytest  3 passed, ended by SIGKILL (0.2 s)"],
  ["no counts", { passed: null, failed: null, skipped: null }, "✓ pytest  exit code 0 (0.2 s)"],
  ["did not get to its tests", { exitCode: 2, passed: 0 }, "✗ pytest  0 passed, exit code 2 (0.2 s)"],
])("evidence: %s", (_what, given, expected) => {
  expect(renderEvidence([evidence(given)], readablePaint())).toEqual([expected]);
});
