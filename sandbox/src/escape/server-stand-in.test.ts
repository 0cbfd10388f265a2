import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { createProcessRunner } from "../process-runner.ts";
import { isRunning } from "./range.ts";
import { findOrdinaryUid, startStandIn } from "./start-stand-in.ts";

const data = mkdtempSync(join(tmpdir(), "outpost-stand-in-"));
const isReady = (await createProcessRunner({ dataDirectory: data })).availability().ready;
rmSync(data, { recursive: true });
// what a killed stand-in leaves goes with it
const temporary = mkdtempSync(join(tmpdir(), "outpost-stand-in-"));
chmodSync(temporary, 0o1777);
if (isReady) afterAll(() => rmSync(temporary, { recursive: true, force: true }));
else rmSync(temporary, { recursive: true });
const ordinaryUid = findOrdinaryUid();

describe.skipIf(!isReady)("a server [needs bubblewrap]", () => {
  it.skipIf(ordinaryUid === undefined)(
    "that is an ordinary user keeps every command in [needs root, to become an ordinary user]",
    async () => {
      const env = { TMPDIR: temporary };
      const report = await startStandIn({ request: {}, env, ...(ordinaryUid && { uid: ordinaryUid }) }).report;
      expect(report).toMatchObject({ uid: ordinaryUid, ready: true, reason: "" });
      expect(report.results.length).toBeGreaterThan(60);
      for (const { output } of report.results) expect(output).toContain("tried");
      expect(report.results.filter(({ output, damage }) => output.includes("ESCAPED") || damage.length > 0)).toEqual(
        [],
      );
    },
  );

  it("shows commands nothing of its environment and its open files", async () => {
    const directory = mkdtempSync(join(tmpdir(), "outpost-descriptor-"));
    const file = join(directory, "secret");
    writeFileSync(file, "secret-of-the-file");
    const descriptor = openSync(file, "r");
    const scripts = {
      environment: "cat /proc/*/environ | tr '\\0' '\\n'",
      descriptors: "ls -l /proc/self/fd; cat /dev/fd/30; for f in /proc/[0-9]*/fd/*; do [ -p $f ] || cat $f; done",
      shell: "env; set; export",
    };
    const env = { OUTPOST_SECRET: "secret-of-the-environment", TMPDIR: temporary };
    const report = await startStandIn({ request: { scripts }, env, descriptor }).report;
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
    expect(report.results).toHaveLength(3);
    expect(report.results[0]?.output).toContain("HOME=/tmp/home");
    expect(report.results[1]?.output).toContain("30 -> /dev/null");
    expect(JSON.stringify(report.results)).not.toContain("secret-of");
  });

  it("that is killed takes its commands with it", async () => {
    const marker = `6${Date.now()}`;
    const scripts = { hang: `setsid sleep ${marker} & sleep ${marker}` };
    const { child, report } = startStandIn({ request: { scripts }, env: { TMPDIR: temporary } });
    report.catch(() => {});
    for (let waited = 0; !(await isRunning(marker)) && waited < 200; waited += 1) await sleep(50);
    expect(await isRunning(marker)).toBe(true);
    child.kill("SIGKILL");
    for (let waited = 0; (await isRunning(marker)) && waited < 40; waited += 1) await sleep(50);
    expect(await isRunning(marker)).toBe(false);
  });
});
