// `npm run bench:sandbox -- [--rounds N] [--json]`: what running a command in the sandbox costs, against starting the same program with
// nothing around it. Rounds are interleaved, so that what else the machine does falls on all alike.
import "../report-failure.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OutpostError } from "@outpost/protocol";
import { createProcessRunner, defaultProcessLimits } from "@outpost/sandbox";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "50" }, json: { type: "boolean", default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 10_000)
  throw new OutpostError("invalid_input", `--rounds ${values.rounds} is not a number from 1 to 10000`);

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-bench-sandbox-"));
const worktree = join(dataDirectory, "worktree");
mkdirSync(worktree);
const runner = await createProcessRunner({ dataDirectory });
const without = await createProcessRunner({
  dataDirectory,
  bubblewrapPath: "/nonexistent/bwrap",
  declaredSandbox: "bench",
});

async function spawnPlainly(argv: readonly string[]): Promise<void> {
  const [file = "", ...rest] = argv;
  const child = spawn(file, rest, { cwd: worktree, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.resume();
  child.stderr.resume();
  await once(child, "close");
}

const runIn = (chosen: typeof runner) => async (argv: readonly string[]) => {
  await chosen.run({
    ...{ argv, cwd: "/work", env: {}, profile: "command", network: false, limits: defaultProcessLimits },
    mounts: [{ source: worktree, target: "/work", writable: true }],
  });
};

const ways: Record<string, (argv: readonly string[]) => Promise<void>> = {
  "plain spawn": spawnPlainly,
  "declared sandbox": runIn(without),
  ...(runner.availability().ready ? { bubblewrap: runIn(runner) } : {}),
};
const programs: Record<string, readonly string[]> = {
  true: ["true"],
  "sh, 10 processes": ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done"],
  "1 MB of output": ["head", "-c", "1000000", "/dev/zero"],
};

const times = new Map<string, number[]>();
for (let round = 0; round <= rounds; round++) {
  for (const [program, argv] of Object.entries(programs)) {
    for (const [way, run] of Object.entries(ways)) {
      const before = performance.now();
      await run(argv);
      // the first round warms up
      if (round > 0)
        times.set(`${program}|${way}`, [...(times.get(`${program}|${way}`) ?? []), performance.now() - before]);
    }
  }
}
rmSync(dataDirectory, { recursive: true, force: true });

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const rows = [...times].map(([name, all]) => {
  const [program = "", way = ""] = name.split("|");
  const sorted = all.toSorted((left, right) => left - right);
  return { program, way, leastMs: at(sorted, 0), medianMs: at(sorted, 0.5), p95Ms: at(sorted, 0.95) };
});
if (values.json) console.log(JSON.stringify({ rounds, ready: runner.availability(), rows }));
else {
  if (!runner.availability().ready) console.log(`bubblewrap: not run: ${runner.availability().reason}`);
  console.log(`${rounds} rounds; least / median / 95th percentile in milliseconds\n`);
  console.log(`| program | ${Object.keys(ways).join(" | ")} |\n|---|${"---|".repeat(Object.keys(ways).length)}`);
  for (const program of Object.keys(programs)) {
    const cells = Object.keys(ways).map((way) => {
      const row = rows.find((entry) => entry.program === program && entry.way === way);
      return row ? [row.leastMs, row.medianMs, row.p95Ms].map((value) => value.toFixed(1)).join(" / ") : "–";
    });
    console.log(`| ${program} | ${cells.join(" | ")} |`);
  }
}
