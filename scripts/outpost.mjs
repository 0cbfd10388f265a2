// `npm run outpost -- …`: the CLI from source, without a build.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../apps/cli/src/main.ts", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ["--import", import.meta.resolve("tsx"), entry, ...process.argv.slice(2)],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
