// run_tests on small real projects, run by the real runners. A runner that is not on this machine is skipped, which the report shows.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worktree } from "@outpost/core";
import { emptyEnvironment } from "@outpost/protocol";
import { callTool, createTempWorktree, createToolContext, createUnsandboxedCommandRunner } from "@outpost/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { runTests } from "./run-tests.ts";

const opened: Worktree[] = [];
afterEach(async () => {
  for (const worktree of opened.splice(0)) await worktree.close();
});

async function run(files: Parameters<typeof createTempWorktree>[0], given: unknown = {}, overrides: object = {}) {
  const worktree = await createTempWorktree(files);
  opened.push(worktree);
  const scratch = await mkdtemp(join(tmpdir(), "outpost-scratch-"));
  const commands = createUnsandboxedCommandRunner(worktree.root, { env: { TMPDIR: scratch } });
  const result = await callTool(runTests, given, createToolContext(worktree, { commands, ...overrides }));
  await rm(scratch, { recursive: true, force: true });
  return { ...result, changed: await worktree.isChanged() };
}

const has = (...argv: [string, ...string[]]) =>
  spawnSync(argv[0], argv.slice(1), { env: plainEnvironment }).status === 0;
const plainEnvironment = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };
const hasPytest = has("python3", "-m", "pytest", "--version");
const hasPython = has("python3", "--version");
const hasCmake = has("cmake", "--version") && has("ctest", "--version") && has("c++", "--version");

const sums = { "sums.py": "def add(a, b):\n    return a + b\n" };
const pytestFile =
  "from sums import add\n\ndef test_good():\n    assert add(1, 2) == 3\n\ndef test_bad():\n    assert add(1, 2) == 4\n";
const unittestFile =
  "import unittest\nfrom sums import add\n\nclass SumTest(unittest.TestCase):\n    def test_good(self):\n        self.assertEqual(add(1, 2), 3)\n";

describe("run_tests", () => {
  it.runIf(hasPytest)("pytest: counts, failure text, evidence, and no caches left [needs pytest]", async () => {
    const files = { ...sums, "conftest.py": "", "tests/test_sums.py": pytestFile };
    const result = await run(files);
    expect(result.ok).toBe(false);
    expect(result.text).toMatch(/^pytest: 1 passed, 1 failed, 0 skipped \(exit code 1 after/);
    expect(result.text).toContain("test_bad");
    expect(result.tests?.[0]).toMatchObject({
      framework: "pytest",
      exitCode: 1,
      signal: null,
      passed: 1,
      failed: 1,
      skipped: 0,
    });
    expect(result.tests?.[0]?.argv).toEqual(["python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    expect(result.tests?.[0]?.outputTail).toContain("1 failed, 1 passed");
    expect(result.changed).toBe(false);
  });

  it.runIf(hasPytest)("pytest: one path [needs pytest]", async () => {
    const files = {
      ...sums,
      "conftest.py": "",
      "tests/test_sums.py": pytestFile,
      "tests/test_more.py": "def test_it():\n    pass\n",
    };
    const result = await run(files, { path: "tests/test_more.py" });
    expect(result).toMatchObject({ ok: true, tests: [{ passed: 1, failed: 0 }] });
  });

  it.runIf(hasPython)("unittest: in a folder that is no package [needs python3]", async () => {
    const result = await run({ ...sums, "tests/test_sums.py": unittestFile });
    expect(result).toMatchObject({
      ok: true,
      tests: [{ framework: "unittest", passed: 1, failed: 0, skipped: 0, exitCode: 0 }],
    });
    expect(result.changed).toBe(false);
  });

  it.runIf(hasPython)("unittest: in a package, and by path [needs python3]", async () => {
    const files = { ...sums, "tests/__init__.py": "", "tests/test_sums.py": unittestFile };
    expect((await run(files)).tests?.[0]).toMatchObject({ framework: "unittest", passed: 1 });
    expect((await run(files, { path: "tests/test_sums.py" })).tests?.[0]).toMatchObject({ passed: 1 });
  });

  it("node: the test script of package.json, and no tests is no success", async () => {
    const manifest = JSON.stringify({ scripts: { test: "node --test" } });
    const test = 'import { test } from "node:test";\ntest("a", () => {});\ntest.skip("b", () => {});\n';
    const result = await run({ "package.json": manifest, "a.test.mjs": test });
    expect(result).toMatchObject({ ok: true, tests: [{ framework: "node:test", passed: 1, failed: 0, skipped: 1 }] });
    const nothing = await run({ "package.json": JSON.stringify({ scripts: { test: "node --test" } }), "a.mjs": "" });
    expect(nothing.ok).toBe(false);
    expect(nothing.text).toContain("no tests ran");
  });

  it.runIf(hasCmake)("CMake: configures, builds and runs ctest, and leaves nothing behind [needs cmake]", async () => {
    const files = {
      "CMakeLists.txt":
        "cmake_minimum_required(VERSION 3.10)\nproject(x C)\nenable_testing()\nadd_executable(t t.c)\nadd_test(NAME good COMMAND t)\nadd_test(NAME bad COMMAND t 1)\n",
      "t.c": "int main(int count, char **words) { (void)words; return count - 1; }\n",
    };
    const result = await run(files);
    expect(result.tests?.[0]).toMatchObject({ framework: "ctest", passed: 1, failed: 1, skipped: 0 });
    expect(result.ok).toBe(false);
    expect(result.changed).toBe(false);
    const one = await run({ ...files, ".gitignore": "/build/\n" }, { path: "tests/good.c" });
    expect(one).toMatchObject({ ok: true, changed: false, tests: [{ passed: 1, failed: 0 }] });
    const broken = await run({ ...files, "t.c": "int main( {\n" });
    expect(broken.ok).toBe(false);
    expect(broken.text).toMatch(/no summary with counts[\s\S]*error:[\s\S]*the build failed/);
  });

  it("a Makefile's target, with googletest's summary", async () => {
    const script = "test:\n\t@echo '[==========] 2 tests ran.'\n\t@echo '[  PASSED  ] 2 tests.'\n";
    const result = await run({ Makefile: script });
    expect(result).toMatchObject({ ok: true, tests: [{ argv: ["make", "test"], framework: "googletest", passed: 2 }] });
  });

  it("takes the environment's command over detection, and the call's over both", async () => {
    const files = { "package.json": JSON.stringify({ scripts: { test: "false" } }) };
    const environment = { ...emptyEnvironment, testArgv: ["echo", "3 passed in 0.01s"] };
    expect((await run(files, {}, { environment })).tests?.[0]).toMatchObject({ argv: environment.testArgv, passed: 3 });
    const given = await run(files, { argv: ["echo", "4 passed in 0.01s"], path: "a/b.py" }, { environment });
    expect(given.tests?.[0]).toMatchObject({ argv: ["echo", "4 passed in 0.01s", "a/b.py"], passed: 4 });
  });

  it("says when there is nothing to run, and when the runner is not there", async () => {
    const nothing = await run({ "README.md": "hello" });
    expect(nothing.ok).toBe(false);
    expect(nothing.text).toContain("no tests were found");
    expect(nothing.tests).toBeUndefined();
    const missing = await run({ "a.txt": "" }, { argv: ["no-such-runner-here"] });
    expect(missing.ok).toBe(false);
    expect(missing.text).toContain("no-such-runner-here");
  });

  it.runIf(hasPytest)(
    "runs every suite of a mixed repository, sums them up, and fails when one fails [needs pytest]",
    async () => {
      const manifest = JSON.stringify({ scripts: { test: "node --test" } });
      const nodeTest = 'import { test } from "node:test";\ntest("a", () => {});\n';
      const files = {
        ...sums,
        "conftest.py": "",
        "tests/test_sums.py": pytestFile,
        "package.json": manifest,
        "a.test.mjs": nodeTest,
      };
      const result = await run(files);
      expect(result.text).toMatch(/^node:test \+ pytest: 2 passed, 1 failed, 0 skipped \(exit code 1/);
      expect(result.ok).toBe(false);
      expect(result.tests).toMatchObject([
        { framework: "node:test", passed: 1 },
        { framework: "pytest", failed: 1 },
      ]);
      const one = await run(files, { path: "tests/test_sums.py" });
      expect(one.tests).toMatchObject([{ framework: "pytest" }]);
    },
  );

  it("a run that a signal ended has no exit code and no counts", async () => {
    const result = await run({ "a.txt": "" }, { argv: ["sh", "-c", "kill -TERM $$"] });
    expect(result.ok).toBe(false);
    expect(result.tests?.[0]).toMatchObject({ exitCode: null, signal: "SIGTERM", passed: null, failed: null });
  });

  it("stays under its bound and keeps the end", async () => {
    const argv = [
      "node",
      "-e",
      "for (let i = 0; i < 9999; i++) console.log('noise ' + i); console.log('5 passed in 1.00s')",
    ];
    const result = await run({ "a.txt": "" }, { argv }, { observationCharacters: 2000 });
    expect(result.text.length).toBeLessThanOrEqual(2000);
    expect(result.text).toMatch(/5 passed in 1\.00s$/);
    expect(result.tests?.[0]?.passed).toBe(5);
    expect(result.tests?.[0]?.outputTail.length).toBeLessThanOrEqual(4000);
  });
});
