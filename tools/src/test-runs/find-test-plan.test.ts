import type { Worktree } from "@outpost/core";
import { type Environment, emptyEnvironment } from "@outpost/protocol";
import { createTempWorktree } from "@outpost/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { findTestPlan } from "./find-test-plan.ts";

const opened: Worktree[] = [];
afterEach(async () => {
  for (const worktree of opened.splice(0)) await worktree.close();
});

async function find(files: Record<string, string>, path?: string, environment: Partial<Environment> = {}) {
  const worktree = await createTempWorktree(files);
  opened.push(worktree);
  return findTestPlan(worktree.files, { ...emptyEnvironment, ...environment }, path);
}

const npm = (manifest: object) => ({ "package.json": JSON.stringify(manifest) });
const cmake = { "CMakeLists.txt": "project(x)\ninclude(CTest)\n" };
const pytest = { "tests/test_a.py": "def test_a():\n    pass\n" };
const testCase = "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n";
const python = ["python3", "-B", "-m"];

describe("findTestPlan", () => {
  it.each([
    ["an npm script", npm({ scripts: { test: "vitest run" } }), "vitest", ["npm", "test", "--silent"]],
    ["an npm script of its own kind", npm({ scripts: { test: "./check.sh" } }), "npm", ["npm", "test", "--silent"]],
    [
      "npm's placeholder and vitest",
      npm({ scripts: { test: 'echo "Error: no test specified"' }, devDependencies: { vitest: "4" } }),
      "vitest",
      ["npx", "--no", "vitest", "run"],
    ],
    ["jest without a script", npm({ devDependencies: { jest: "29" } }), "jest", ["npx", "--no", "jest"]],
    [
      "node's own runner",
      { ...npm({}), "a.test.js": 'const { test } = require("node:test")' },
      "node:test",
      ["node", "--test"],
    ],
    ["pytest style", pytest, "pytest", [...python, "pytest", "-q", "-p", "no:cacheprovider"]],
    [
      "pytest configured",
      { "pyproject.toml": "[tool.pytest.ini_options]\n" },
      "pytest",
      [...python, "pytest", "-q", "-p", "no:cacheprovider"],
    ],
    ["unittest beside the code", { "test_a.py": testCase }, "unittest", [...python, "unittest", "discover", "-v"]],
    [
      "unittest in a folder",
      { "tests/test_a.py": testCase },
      "unittest",
      [...python, "unittest", "discover", "-v", "-s", "tests", "-t", "tests"],
    ],
    [
      "unittest in a package",
      { "pkg/__init__.py": "", "pkg/tests/__init__.py": "", "pkg/tests/test_a.py": testCase },
      "unittest",
      [...python, "unittest", "discover", "-v", "-s", "pkg/tests", "-t", "."],
    ],
    [
      "unittest with names the other way",
      { "a_test.py": testCase },
      "unittest",
      [...python, "unittest", "discover", "-v", "-p", "*_test.py"],
    ],
    ["make", { Makefile: "all:\n\ncheck: all\n\t./run\n" }, "make", ["make", "check"]],
  ])("%s", async (_, files, framework, argv) => {
    expect((await find(files)).plan).toMatchObject({ framework, argv });
  });

  it.each([
    ["nothing", { "a.txt": "" }],
    ["a broken package.json", { "package.json": "{" }],
    ["CMake without tests", { "CMakeLists.txt": "project(x)\n" }],
    ["a Makefile without tests", { Makefile: "test := 1\nall:\n" }],
    ["Python without tests", { "a.py": "" }],
  ])("finds none in %s", async (_, files) => {
    expect((await find(files)).plan).toBeUndefined();
  });

  it("builds CMake projects where git ignores it, else in the temporary directory", async () => {
    expect((await find(cmake)).plan?.argv[2]).toContain(":-/tmp}/outpost-build-");
    expect((await find({ ...cmake, ".gitignore": "*.o\n/build/\n" })).plan?.argv[2]).toContain('d="build"');
    const mounted = { setup: { argv: ["x"], lockfiles: [], outputs: ["build"], timeoutMs: 1000 } };
    expect((await find({ ...cmake, ".gitignore": "build\n" }, undefined, mounted)).plan?.argv[2]).not.toContain(
      'd="build"',
    );
  });

  it("takes what suits the path, and names the others", async () => {
    const files = { ...cmake, ...pytest };
    expect(await find(files)).toMatchObject({ plan: { framework: "ctest" }, besides: [{ framework: "pytest" }] });
    expect(await find(files, "tests/test_a.py")).toMatchObject({
      plan: { framework: "pytest" },
      besides: [{ framework: "ctest" }],
    });
    expect((await find(files, "src/sum_test.cpp")).plan?.argv[2]).toMatch(/ctest --output-on-failure -R sum_test$/);
  });

  it("looks beside the path first, then at the root, then below", async () => {
    const files = {
      "web/package.json": JSON.stringify({ scripts: { test: "vitest" } }),
      "web/src/a.test.ts": "",
      "api/package.json": JSON.stringify({ scripts: { test: "mocha" } }),
    };
    expect((await find(files, "web/src/a.test.ts")).plan).toMatchObject({
      cwd: "web",
      argv: ["npm", "test", "--silent", "--", "src/a.test.ts"],
    });
    expect((await find(files)).plan).toMatchObject({ cwd: "api", framework: "mocha" });
  });

  it("leaves Python tests to the project below that they belong to", async () => {
    const files = {
      "package.json": "{}",
      "api/pyproject.toml": "[project]\n",
      "api/tests/test_a.py": "def test_a(): pass\n",
    };
    expect((await find(files)).plan).toMatchObject({ framework: "pytest", cwd: "api" });
  });

  it("uses the virtual environment that is mounted", async () => {
    expect((await find(pytest, undefined, { sharedDirectories: [".venv"] })).plan?.argv[0]).toBe(".venv/bin/python");
  });
});
