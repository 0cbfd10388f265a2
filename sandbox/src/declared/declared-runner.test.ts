import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { describeProcessRunnerContract } from "@outpost/testkit/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning } from "../escape/range.ts";
import { defaultProcessLimits } from "../limits.ts";
import { prepareWritableDirectory } from "../ownership.ts";
import { createProcessRunner } from "../process-runner.ts";
import { commandSpec } from "../testing-spec.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-declared-"));
chmodSync(dataDirectory, 0o711);
const worktree = join(dataDirectory, "worktree");
mkdirSync(worktree);
const missing = { dataDirectory, bubblewrapPath: "/nonexistent/bwrap" };
const runner = await createProcessRunner({ ...missing, declaredSandbox: "the compose container" });
afterAll(() => rmSync(dataDirectory, { recursive: true }));

const spec = (argv: string[], change: Partial<ProcessSpec> = {}) =>
  commandSpec(worktree, argv, { limits: { ...defaultProcessLimits, wallClockMs: 20_000 }, ...change });

async function prepareOpenDirectory(path: string): Promise<void> {
  chmodSync(path, 0o755);
  await prepareWritableDirectory(path);
}

describeProcessRunnerContract("commands in a declared sandbox", async () => ({
  runner,
  profile: "command",
  prepareWritableDirectory: prepareOpenDirectory,
}));

describe("a declared sandbox", () => {
  it("is named in the status, with the reason why there is no other", async () => {
    const status = await runner.selfTest();
    expect(status).toMatchObject({ kind: "declared", name: "the compose container", ready: true });
    expect(status.checks[0]?.detail).toMatch(/declared "the compose container".*bubblewrap is not installed/);
  });

  it("is not used where bubblewrap works", async () => {
    const other = await createProcessRunner({ dataDirectory, declaredSandbox: "the compose container" });
    const without = await createProcessRunner({ dataDirectory });
    expect((await other.selfTest()).kind).toBe(without.availability().ready ? "bubblewrap" : "declared");
  });

  it("shows the worktree as where it really is, and leaves nothing in the data directory", async () => {
    const result = await runner.run(spec(["sh", "-c", 'pwd; echo x > "$TMPDIR/x"; touch made']));
    expect(result).toMatchObject({ exitCode: 0, stdout: { text: `${worktree}\n` } });
    expect(readdirSync(worktree)).toContain("made");
    expect(readdirSync(join(dataDirectory, "sandbox")).filter((name) => name.startsWith("tmp-"))).toEqual([]);
  });

  it("ends also what left the command's group", async () => {
    const marker = `3${Date.now()}`;
    await runner.run(spec(["sh", "-c", `setsid sleep ${marker} & (setsid sleep ${marker} &) ; echo started`]));
    expect(await isRunning(marker)).toBe(false);
  });

  it("refuses to show what only a sandbox can show", async () => {
    mkdirSync(join(worktree, "node_modules"), { recursive: true });
    const mounts = [
      { source: worktree, target: "/work", writable: true },
      { source: dataDirectory, target: "/work/node_modules", writable: false },
    ];
    await expect(runner.run(spec(["true"], { mounts }))).rejects.toMatchObject({ code: expect.any(String) });
  });

  it.skipIf(process.getuid?.() !== 0)("is never entered as root [needs root]", async () => {
    expect((await runner.run(spec(["id", "-u"]))).stdout.text).not.toBe("0\n");
  });
});

describe("without bubblewrap, engine and declaration", () => {
  it("commands are refused, with the reason and what to do", async () => {
    const other = await createProcessRunner(missing);
    await expect(other.run(spec(["true"]))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/bubblewrap is not installed.*apt install bubblewrap/),
    });
  });
});
