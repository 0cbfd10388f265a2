import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning } from "./escape/range.ts";
import { defaultProcessLimits } from "./limits.ts";
import { createProcessRunner } from "./process-runner.ts";
import { commandSpec } from "./testing-spec.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-disk-"));
const worktree = join(dataDirectory, "worktree");
mkdirSync(worktree);
let free = 1_000_000_000;
const disk = { minFreeBytes: 500_000_000, readFreeBytes: async () => free };
const runner = await createProcessRunner({ dataDirectory, disk });
afterAll(() => rmSync(dataDirectory, { recursive: true }));

const spec = (script: string) =>
  commandSpec(worktree, ["sh", "-c", script], { limits: { ...defaultProcessLimits, wallClockMs: 60_000 } });

describe.skipIf(!runner.availability().ready)("the floor of the disk [needs bubblewrap]", () => {
  it("ends a command when too little is left, with all of its processes", async () => {
    const marker = `6${Date.now()}`;
    const running = runner.run(spec(`echo started; sleep ${marker}`));
    setTimeout(() => {
      free = 100_000_000;
    }, 300);
    expect(await running).toMatchObject({ ended: "disk", exitCode: null, stdout: { text: "started\n" } });
    expect(await isRunning(marker)).toBe(false);
  });

  it("starts none where too little is left, and says what to do", async () => {
    free = 100_000_000;
    await expect(runner.run(spec("true"))).rejects.toMatchObject({
      code: "limit_exceeded",
      message: expect.stringMatching(/only 100 MB are free .* under minFreeDiskBytes \(500 MB\); free some space/),
    });
  });

  it("leaves commands alone where enough is left, and an abort an abort", async () => {
    free = 1_000_000_000;
    expect((await runner.run(spec("echo fine"))).stdout.text).toBe("fine\n");
    expect((await runner.run(spec("sleep 30"), AbortSignal.timeout(100))).ended).toBe("aborted");
  });
});
