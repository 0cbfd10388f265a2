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
    "--reporter=./scripts/report-tests.mjs",
    ...given.filter((word) => word !== "--full"),
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ...{ OUTPOST_BUNDLES: join(root, bundles), OUTPOST_TEST_REPORT: report },
      ...(isFull ? { OUTPOST_FULL: "1" } : {}),
    },
  },
);
rmSync(join(root, bundles), { recursive: true, force: true });

/** Of the sandbox: what commands can and cannot do in it, in each isolation. */
const isolationSuites = ["/sandbox/src/", "/end-to-end/no-sandbox.test.ts", "/end-to-end/bombs.test.ts"];
const isIsolation = ({ file }) => isolationSuites.some((part) => file.includes(part)) && !file.includes("/policy/");
const inState = (tests, state) => tests.filter((test) => test.state === state);

function countBy(reasons) {
  const counts = new Map();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

const counts = { passed: 0, failed: 0, notRun: 0 };
try {
  const { tests, failedFiles } = JSON.parse(readFileSync(report, "utf8"));
  const notRun = inState(tests, "skipped");
  const failed = inState(tests, "failed");
  const brokenFiles = failedFiles.filter((file) => !failed.some((test) => test.file === file));
  counts.passed = inState(tests, "passed").length;
  counts.failed = failed.length + brokenFiles.length;
  counts.notRun = notRun.length;
  for (const [reason, count] of countBy(notRun.map((test) => test.reason))) console.log(`${count} not run: ${reason}`);
  const cases = tests.filter(isIsolation);
  const casesNotRun = inState(cases, "skipped").length;
  if (cases.length > 0) console.log(`\nisolation: ${cases.length - casesNotRun} cases run, ${casesNotRun} not run`);
} catch (error) {
  console.error(`the test runner left no report: ${error.message}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.notRun} not run`);
process.exitCode = status === 0 && counts.passed > 0 && counts.failed === 0 ? 0 : 1;
