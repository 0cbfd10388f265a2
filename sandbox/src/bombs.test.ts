import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessLimits } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning } from "./escape/range.ts";
import { defaultProcessLimits } from "./limits.ts";
import { createProcessRunner } from "./process-runner.ts";
import { commandSpec } from "./testing-spec.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";
const base = mkdtempSync(join(tmpdir(), "outpost-bombs-"));
const worktree = join(base, "worktree");
mkdirSync(worktree);
const runner = await createProcessRunner({ dataDirectory: base, producedBytes: 50_000_000 });
const patient = await createProcessRunner({ dataDirectory: base, producedBytes: 4_000_000_000 });
const isReady = runner.availability().ready;
// where everything is skipped, hooks are too
if (isReady) afterAll(() => rmSync(base, { recursive: true }));
else rmSync(base, { recursive: true });

const spec = (script: string, limits: Partial<ProcessLimits> = {}, marker = "none") =>
  commandSpec(worktree, ["sh", "-c", script, marker], {
    limits: { ...defaultProcessLimits, wallClockMs: 20_000, outputBytes: 100_000, ...limits },
  });

/** How long the event loop was away while something else ran. */
async function longestPause(work: Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  await work;
  clearInterval(timer);
  return longest;
}

async function grownBytes(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage().rss) - before;
}

describe.skipIf(!isReady)("a bomb in the sandbox [needs bubblewrap]", () => {
  it("of processes stays within its number and is gone", async () => {
    const marker = `5${Date.now()}`;
    const running = runner.run(spec("b() { b | b & }; b; sleep 20", { processes: 40, wallClockMs: 700 }, marker));
    expect(await longestPause(running)).toBeLessThan(1000);
    expect((await running).ended).toBe("wall_clock");
    expect(await isRunning(marker)).toBe(false);
  });

  it("of processes leaves other commands their own number", async () => {
    const bomb = runner.run(spec("b() { b | b & }; b; sleep 20", { processes: 40, wallClockMs: 1500 }));
    const other = await runner.run(
      spec("for i in 1 2 3 4 5 6 7 8; do sleep 0.1 & done; wait; echo fine", { processes: 40 }),
    );
    expect(other.stdout.text).toBe("fine\n");
    await bomb;
  });

  it("of memory fails", async () => {
    const result = await runner.run(spec("tail /dev/zero; echo $?", { memoryBytes: 200_000_000 }));
    expect(result.exitCode).toBe(0);
    expect(result.stdout.text).not.toBe("0\n");
  });

  it("of temporary files stops at the size of /tmp, wherever it writes", async () => {
    const places = "/tmp/a $HOME/b /dev/shm/c /var/tmp/d /run/e /dev/f /f";
    const script = `for f in ${places}; do head -c 60000000 /dev/zero > $f; done 2>/dev/null; du -bc /tmp /dev/shm | tail -1`;
    const result = await runner.run(spec(script, { tmpBytes: 8_000_000 }));
    const total = Number(result.stdout.text.split("\t")[0]);
    expect(total).toBeGreaterThan(8_000_000);
    expect(total).toBeLessThan(2 * 8_100_000);
  });

  it("of one large file stops at the limit of a file", async () => {
    await runner.run(spec("head -c 30000000 /dev/zero > big", { fileBytes: 2_000_000 }));
    expect(statSync(join(worktree, "big")).size).toBe(2_000_000);
  });

  it("of endless output is ended, in little memory", async () => {
    const grown = await grownBytes(async () => {
      const result = await runner.run(spec("yes"));
      expect(result.ended).toBe("output");
      expect(result.stdout.bytes.byteLength).toBe(100_000);
      expect(result.stdout.droppedBytes).toBeGreaterThan(49_000_000);
    });
    expect(grown).toBeLessThan(100_000_000);
  });

  it("of a great output is counted to the last byte, in little memory", async () => {
    const bytes = isFull ? 1_073_741_824 : 200_000_000;
    const grown = await grownBytes(async () => {
      const result = await patient.run(spec(`head -c ${bytes} /dev/zero; head -c ${bytes} /dev/zero >&2`));
      for (const output of [result.stdout, result.stderr]) expect(output.droppedBytes).toBe(bytes - 100_000);
    });
    expect(grown).toBeLessThan(100_000_000);
  });

  it("of background processes that hold the output open does not keep us waiting", async () => {
    const result = await runner.run(spec("setsid sleep 30 & (trap '' TERM HUP; sleep 30) & echo done"));
    expect(result).toMatchObject({ ended: "exit", exitCode: 0, stdout: { text: "done\n" } });
    expect(result.durationMs).toBeLessThan(2000);
  });

  it("of stopped processes is ended", async () => {
    const result = await runner.run(spec("kill -STOP $$", { wallClockMs: 300 }));
    expect(result).toMatchObject({ ended: "wall_clock", exitCode: null });
    expect(result.durationMs).toBeLessThan(4000);
  });
});
