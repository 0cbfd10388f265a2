import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { defaultProcessLimits } from "./limits.ts";
import { createProcessRunner } from "./process-runner.ts";
import { commandSpec } from "./testing-spec.ts";

const data = mkdtempSync(join(tmpdir(), "outpost-priority-"));
const worktree = join(data, "worktree");
mkdirSync(worktree);
const runner = await createProcessRunner({ dataDirectory: data });
const isReady = runner.availability().ready;
if (isReady) afterAll(() => rmSync(data, { recursive: true }));
else rmSync(data, { recursive: true });
const sharesBySession =
  existsSync("/proc/self/autogroup") && readFileSync("/proc/self/autogroup", "utf8").startsWith("/autogroup");

const own = getPriority();
const below = Math.min(19, own + 10);

const spec = (argv: string[], profile: ProcessSpec["profile"] = "command") =>
  commandSpec(worktree, argv, { profile, limits: { ...defaultProcessLimits, wallClockMs: 60_000 } });

describe.skipIf(!isReady)("the processor [needs bubblewrap]", () => {
  it("goes to the server before it goes to a command, and to git as to the server", async () => {
    expect((await runner.run(spec(["sh", "-c", "(nice)"]))).stdout.text).toBe(`${below}\n`);
    expect((await runner.run(spec(["nice"], "git"))).stdout.text).toBe(`${own}\n`);
  });

  it.skipIf(!sharesBySession)(
    "is shared by sessions here, and that of a command counts less [needs autogroups of the scheduler]",
    async () => {
      const script = `for i in $(seq 100); do grep "nice ${below}" /proc/self/autogroup && exit 0; sleep 0.1; done; exit 1`;
      expect((await runner.run(spec(["sh", "-c", script]))).exitCode).toBe(0);
    },
  );
});
