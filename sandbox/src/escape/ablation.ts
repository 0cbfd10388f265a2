// Takes one part of the profile away at a time and looks which case then gets through.
// Does not judge the cases themselves: with all parts they are all kept in (see the escape tests).
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { escapeCases } from "./cases/all-cases.ts";
import type { ProfilePart } from "./profile-parts.ts";
import { isRunning } from "./range.ts";
import { type StandInStart, startStandIn } from "./start-stand-in.ts";

export interface Ablation {
  part: ProfilePart;
  outcome: "gets through" | "kept in" | "not run";
}

/** `outlive a server that is killed` is no script; it is tried here. */
const outlive = "outlive a server that is killed";

export async function ablate(part: ProfilePart): Promise<Ablation> {
  if (part.case === undefined || (part.asRoot && process.getuid?.() !== 0)) return { part, outcome: "not run" };
  const isThrough = part.case === outlive ? await outlivesServer(part) : await getsThrough(part, part.case);
  return { part, outcome: isThrough ? "gets through" : "kept in" };
}

async function getsThrough(part: ProfilePart, name: string): Promise<boolean> {
  const entry = escapeCases.find((candidate) => candidate.name === name);
  if (!entry) throw new Error(`there is no case "${name}"`);
  const request = { scripts: { [name]: entry.script }, without: part.name, ...(part.asRoot && { asRoot: true }) };
  const report = await withSecrets(
    (secrets) => startStandIn({ request, ...secrets, ...(name.includes("terminal") && { hasTerminal: true }) }).report,
  );
  return report.results.some(({ output, damage }) => output.includes("ESCAPED") || damage.length > 0);
}

/** A server with a secret in its environment and an open file that its children would inherit. */
async function withSecrets<T>(use: (secrets: Pick<StandInStart, "env" | "descriptor">) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "outpost-ablation-"));
  const path = join(directory, "open");
  writeFileSync(path, "the secret of the range\n", { mode: 0o666 });
  const descriptor = openSync(path, "r");
  try {
    return await use({ env: { OUTPOST_RANGE_SECRET: "secret" }, descriptor });
  } finally {
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  }
}

async function outlivesServer(part: ProfilePart): Promise<boolean> {
  const marker = `6${Date.now()}`;
  const { child, report } = startStandIn({
    request: { scripts: { hang: `sleep ${marker}` }, without: part.name },
  });
  report.catch(() => {});
  await waitUntil(async () => await isRunning(marker));
  child.kill("SIGKILL");
  await waitUntil(async () => !(await isRunning(marker)), 3000);
  const isLeft = await isRunning(marker);
  if (isLeft) await endMarked(marker);
  return isLeft;
}

async function waitUntil(condition: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < limitMs && !(await condition()); waitedMs += 50) await sleep(50);
}

/** Ends what this ablation left, by the marker that nothing else has. */
async function endMarked(marker: string): Promise<void> {
  const { readdirSync, readFileSync } = await import("node:fs");
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readFileSync(`/proc/${name}/cmdline`, "latin1").split("\0").includes(marker))
        process.kill(Number(name), "SIGKILL");
    } catch {
      // gone meanwhile
    }
  }
}
