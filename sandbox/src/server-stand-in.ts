// A process that uses the runner as a server would: for tests that need it to be another user, to hold secrets, or to be killed.
// For tests only: `node --import tsx server-stand-in.ts '<json>'`, answers with one line of JSON.
import { existsSync } from "node:fs";
import { escapeCases } from "./escape-cases.ts";
import { createEscapeRange } from "./escape-range.ts";
import { createProcessRunner } from "./process-runner.ts";

export interface StandInReport {
  uid: number;
  ready: boolean;
  reason: string;
  /** Output of each script, and what it damaged. */
  results: { name: string; output: string; damage: string[] }[];
}

const asked = JSON.parse(process.argv[2] ?? "{}") as { scripts?: Record<string, string> };
const range = await createEscapeRange();
try {
  const runner = await createProcessRunner({ dataDirectory: range.dataDirectory });
  const { ready, reason } = runner.availability();
  const runnable = escapeCases.filter(
    (entry) =>
      (entry.architecture ?? process.arch) === process.arch && (!entry.needs || existsSync(`/usr/bin/${entry.needs}`)),
  );
  const scripts = asked.scripts ?? Object.fromEntries(runnable.map((entry) => [entry.name, entry.script]));
  const report: StandInReport = { uid: process.getuid?.() ?? -1, ready, reason, results: [] };
  for (const [name, script] of ready ? Object.entries(scripts) : []) {
    const result = await runner.run(range.spec(`${script}\necho tried`));
    report.results.push({ name, output: result.stdout.text + result.stderr.text, damage: await range.damage() });
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await range.close();
}
