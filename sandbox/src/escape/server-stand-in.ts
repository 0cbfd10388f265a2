// A process that uses the sandbox as a server would: for tests that need it to be another user, to hold secrets, to be killed, or to
// do without a part of the profile.
// For tests only: `node --import tsx server-stand-in.ts '<json>'`, answers with one line of JSON.

import { runInBubblewrap } from "../bubblewrap-runner.ts";
import { commandIdentity } from "../identity.ts";
import { findInstallation } from "../installation.ts";
import { createProcessRunner } from "../process-runner.ts";
import { escapeCases, isRunnable } from "./cases/all-cases.ts";
import { profileParts } from "./profile-parts.ts";
import { createEscapeRange, type EscapeRange } from "./range.ts";

export interface StandInRequest {
  /** Default: all cases. */
  scripts?: Record<string, string>;
  /** The name of a part of the profile to do without; then nothing is tried before. */
  without?: string;
  /** Commands run as root, if the process does. */
  asRoot?: boolean;
}

export interface StandInReport {
  uid: number;
  ready: boolean;
  reason: string;
  /** Output of each script, and what it damaged. */
  results: { name: string; output: string; damage: string[] }[];
  /** Names of cases that say nothing on this machine. */
  notRun: string[];
}

const asked: StandInRequest = JSON.parse(process.argv[2] ?? "{}");
const range = await createEscapeRange();
try {
  const { run, ready, reason } = await (asked.without === undefined ? openWhole(range) : openWeakened(range, asked));
  const runnable = escapeCases.filter(isRunnable);
  const scripts = asked.scripts ?? Object.fromEntries(runnable.map((entry) => [entry.name, entry.script]));
  const notRun = escapeCases.filter((entry) => !isRunnable(entry)).map((entry) => entry.name);
  const report: StandInReport = { uid: process.getuid?.() ?? -1, ready, reason, results: [], notRun };
  for (const [name, script] of ready ? Object.entries(scripts) : []) {
    const result = await run(range.spec(`${script}\necho tried`));
    report.results.push({ name, output: result.stdout.text + result.stderr.text, damage: await range.damage() });
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await range.close();
}

async function openWhole({ dataDirectory }: EscapeRange) {
  const runner = await createProcessRunner({ dataDirectory });
  return { run: runner.run, ...runner.availability() };
}

async function openWeakened({ dataDirectory }: EscapeRange, request: StandInRequest) {
  const part = profileParts.find((candidate) => candidate.name === request.without);
  const installation = await findInstallation({
    dataDirectory,
    bubblewrapPath: undefined,
    identity: request.asRoot ? { uid: 0, gid: 0, isSwitched: false } : commandIdentity({}),
    producedBytes: 100_000_000,
    graceMs: 500,
    // what one part keeps in is to be seen, and a group would keep some of it in as well
    controlGroups: false,
  });
  const { sandbox } = installation;
  if (!sandbox || !part) throw new Error(`no sandbox, or no part "${request.without}"`);
  const weakened = { ...sandbox, weaken: part.remove };
  return { run: (spec: ReturnType<EscapeRange["spec"]>) => runInBubblewrap(weakened, spec), ready: true, reason: "" };
}
