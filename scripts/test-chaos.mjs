// The chaos test with as much of it as wished: `npm run test:chaos -- --tasks 300 --workers 8 --kills 300 --minutes 30`. Closes with its numbers.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const usual = {
  tasks: "300",
  workers: "8",
  kills: "300",
  minutes: "60",
  "lease-ms": "2000",
  seed: "1",
};
const options = Object.fromEntries(
  Object.entries(usual).map(([name, value]) => [name, { type: "string", default: value }]),
);
const { values } = parseArgs({ options });
for (const [name, value] of Object.entries(values))
  if (!/^\d{1,6}$/.test(value)) {
    console.error(`--${name} is "${value}"; give a number`);
    process.exit(2);
  }
const chaos = Object.entries(values).map(([name, value]) => [
  `OUTPOST_CHAOS_${name.replace("-", "_").toUpperCase()}`,
  value,
]);
const root = fileURLToPath(new URL("..", import.meta.url));
// Below the root, where the bundles find their native packages; they start five times as fast as the sources.
const bundles = join("node_modules", `.outpost-chaos-${process.pid}`);
const built = spawnSync(process.execPath, ["scripts/build.mjs", "all", bundles], { cwd: root, stdio: "inherit" });
if (built.status !== 0) process.exit(1);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "apps/server/src/end-to-end/chaos/chaos.test.ts"],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, OUTPOST_BUNDLES: join(root, bundles), ...Object.fromEntries(chaos) },
  },
);
rmSync(join(root, bundles), { recursive: true, force: true });
process.exitCode = status ?? 1;
