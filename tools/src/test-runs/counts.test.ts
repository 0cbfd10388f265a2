import { describe, expect, it } from "vitest";
import { parseTestCounts } from "./counts.ts";

/** Ends of real runs, as the runners print them. */
const samples: [name: string, framework: string, output: string, expected: [string, number, number, number]][] = [
  [
    "pytest -q",
    "pytest",
    "FAILED tests/test_p.py::test_b - assert 1 == 2\nERROR tests/test_p.py::test_f - RuntimeError: x\n1 failed, 1 passed, 1 skipped, 1 xfailed, 1 xpassed, 1 error in 0.02s",
    ["pytest", 2, 2, 2],
  ],
  [
    "pytest",
    "pytest",
    "==== 1 failed, 1 passed, 1 skipped, 1 xfailed, 1 xpassed, 1 error in 0.01s =====",
    ["pytest", 2, 2, 2],
  ],
  ["pytest, minutes and warnings", "pytest", "=== 12 passed, 3 warnings in 62.03s (0:01:02) ===", ["pytest", 12, 0, 0]],
  ["pytest, plural errors", "pytest", "2 errors in 0.10s", ["pytest", 0, 2, 0]],
  ["pytest, nothing", "pytest", "\nno tests ran in 0.00s\n", ["pytest", 0, 0, 0]],
  ["pytest by make", "make", "python3 -m pytest -q\n3 passed in 0.01s", ["pytest", 3, 0, 0]],
  [
    "unittest, all well",
    "unittest",
    "test_a (t.T) ... ok\n\n------\nRan 3 tests in 0.001s\n\nOK\n",
    ["unittest", 3, 0, 0],
  ],
  [
    "unittest, all kinds",
    "unittest",
    "------\nRan 6 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1, expected failures=1, unexpected successes=1)\n",
    ["unittest", 1, 3, 2],
  ],
  ["unittest, one", "unittest", "------\nRan 1 test in 0.001s\n\nOK (skipped=1)\n", ["unittest", 0, 0, 1]],
  ["unittest, nothing", "unittest", "------\nRan 0 tests in 0.000s\n\nOK\n", ["unittest", 0, 0, 0]],
  ["unittest, nothing (3.12)", "unittest", "------\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n", ["unittest", 0, 0, 0]],
  [
    "ctest, all well",
    "ctest",
    "100% tests passed, 0 tests failed out of 7\n\nTotal Test time (real) =   0.02 sec\n",
    ["ctest", 7, 0, 0],
  ],
  [
    "ctest, all kinds",
    "ctest",
    "5/5 Test #5: off .....***Not Run (Disabled)   0.00 sec\n\n50% tests passed, 2 tests failed out of 4\n\nThe following tests did not run:\n\t  4 - skip (Skipped)\n\t  5 - off (Disabled)\n\nThe following tests FAILED:\n\t  1 - all (Failed)\n\t  3 - bad (Failed)\n",
    ["ctest", 1, 2, 2],
  ],
  [
    "ctest with a failed googletest in it",
    "ctest",
    "1: [==========] Running 3 tests\n[==========] 3 tests ran.\n[  PASSED  ] 2 tests.\n[  FAILED  ] 1 test, listed below:\n\n0% tests passed, 1 tests failed out of 1\n",
    ["ctest", 0, 1, 0],
  ],
  ["ctest, nothing", "ctest", "Test project /build\nNo tests were found!!!\n", ["ctest", 0, 0, 0]],
  [
    "googletest",
    "thing_test",
    "[==========] 3 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 1 test.\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.three\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.two\n\n 1 FAILED TEST\n",
    ["googletest", 1, 1, 1],
  ],
  [
    "googletest, two binaries",
    "make",
    "[==========] 3 tests ran.\n[  PASSED  ] 3 tests.\n[==========] 2 tests ran.\n[  PASSED  ] 2 tests.\n",
    ["googletest", 5, 0, 0],
  ],
  [
    "vitest",
    "vitest",
    " Test Files  1 failed (1)\n      Tests  1 failed | 1 passed | 1 skipped | 1 todo (4)\n   Start at  17:15:51\n",
    ["vitest", 1, 1, 2],
  ],
  [
    "vitest, one file does not load",
    "vitest",
    " Test Files  2 failed (2)\n      Tests  1 failed | 1 passed (2)\n",
    ["vitest", 1, 2, 0],
  ],
  ["vitest, no file loads", "vitest", " Test Files  1 failed (1)\n      Tests  no tests\n", ["vitest", 0, 1, 0]],
  ["vitest through npm", "npm", "\n Test Files  1 passed (1)\n      Tests  4 passed (4)\n", ["vitest", 4, 0, 0]],
  ["vitest, nothing", "vitest", "No test files found, exiting with code 1\n", ["vitest", 0, 0, 0]],
  [
    "jest",
    "npm",
    "Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 2 skipped, 1 todo, 5 passed, 9 total\nSnapshots:   0 total\n",
    ["jest", 5, 1, 3],
  ],
  ["jest, a suite does not load", "jest", "Test Suites: 1 failed, 1 total\nTests:       0 total\n", ["jest", 0, 1, 0]],
  [
    "node:test, spec",
    "npm",
    "ℹ tests 4\nℹ suites 0\nℹ pass 1\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 248.7\n",
    ["node:test", 1, 2, 2],
  ],
  [
    "node:test, TAP",
    "node:test",
    "1..4\n# tests 4\n# suites 0\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 1\n",
    ["node:test", 1, 1, 2],
  ],
  [
    "mocha",
    "npm",
    "\n  things\n    ✔ works\n\n\n  2 passing (5ms)\n  1 pending\n  1 failing\n\n  1) things breaks:\n",
    ["mocha", 2, 1, 1],
  ],
];

describe("parseTestCounts", () => {
  it.each(samples)("%s", (_, framework, output, [found, passed, failed, skipped]) => {
    expect(parseTestCounts(framework, output)).toEqual({ framework: found, passed, failed, skipped });
  });

  it.each([
    ["nothing at all", ""],
    ["a crash", "Traceback (most recent call last):\nModuleNotFoundError: No module named 'x'"],
    ["prose with numbers", "3 passed the door in 2s and 4 failed\nTests are in the folder\npass 3"],
  ])("finds no counts in %s", (_, output) => {
    expect(parseTestCounts("pytest", output)).toBeUndefined();
  });
});
