// Runs all tests and closes with their count. `--full`: the full counts of the property, kill and attack tests instead of their cuts.
// Further arguments go to vitest. Fails when a test fails, and when none ran. What tests start as processes, the CLI and
// the server with its children, are the bundles that people run; they start faster than the sources.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const given = process.argv.slice(2);
const isFull = given.includes("--full");
const folder = mkdtempSync(join(tmpdir(), "outpost-test-"));
const report = join(folder, "report.json");

// Below the root, where the bundles find their native packages.
const bundles = join("node_modules", `.outpost-test-${process.pid}`);
const built = spawnSync(process.execPath, ["scripts/build.mjs", "all", bundles], { cwd: root, stdio: "inherit" });
if (built.status !== 0) {
  console.error("Outpost cannot be bundled");
  process.exit(1);
}

const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...given.filter((word) => word !== "--full"),
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, OUTPOST_BUNDLES: join(root, bundles), ...(isFull ? { OUTPOST_FULL: "1" } : {}) },
  },
);
rmSync(join(root, bundles), { recursive: true, force: true });

/** Of the sandbox: what commands can and cannot do in it, in each isolation. */
const isolationSuites = ["/sandbox/src/", "/end-to-end/no-sandbox.test.ts", "/end-to-end/bombs.test.ts"];
const isolation = { run: 0, notRun: 0 };
let counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const result = JSON.parse(readFileSync(report, "utf8"));
  counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0),
    skipped: result.numPendingTests + (result.numTodoTests ?? 0),
  };
  for (const file of result.testResults) {
    if (isolationSuites.some((part) => file.name.includes(part)) && !file.name.includes("/policy/"))
      for (const test of file.assertionResults) isolation[test.status === "pending" ? "notRun" : "run"] += 1;
    for (const test of file.assertionResults) if (test.status === "pending") console.log(`not run: ${test.fullName}`);
  }
} catch (error) {
  console.error(`the test runner left no report: ${error.message}`);
}
if (isolation.run + isolation.notRun > 0)
  console.log(`\nisolation: ${isolation.run} cases run, ${isolation.notRun} not run`);
rmSync(folder, { recursive: true, force: true });
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = status === 0 && counts.passed > 0 && counts.failed === 0 ? 0 : 1;
