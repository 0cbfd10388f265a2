// The property test of changes, with as many runs as wished: `npm run test:changes -- --runs 1000`. Closes with what the runs were.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const given = process.argv.slice(2);
const at = given.indexOf("--runs");
const runs = at < 0 ? "1000" : (given[at + 1] ?? "");
if (!/^[1-9]\d{0,6}$/.test(runs)) {
  console.error(`--runs is "${runs}"; give a number`);
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "packages/workspace/src/properties/changes.property.test.ts"],
  { cwd: root, stdio: "inherit", env: { ...process.env, OUTPOST_RUNS: runs } },
);
process.exitCode = status ?? 1;
