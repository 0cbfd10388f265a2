import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { defaultProcessLimits } from "./limits.ts";
import { createProcessRunner } from "./process-runner.ts";

const base = mkdtempSync(join(tmpdir(), "outpost-refusals-"));
const worktree = join(base, "worktree");
mkdirSync(worktree);
// the user that commands run as must be able to start the programs that stand in for bubblewrap
chmodSync(base, 0o755);
afterAll(() => rmSync(base, { recursive: true }));

function spec(argv: string[], profile: ProcessSpec["profile"], target = worktree): ProcessSpec {
  const mounts = [{ source: worktree, target, writable: true }];
  return { argv, cwd: target, env: {}, mounts, profile, network: false, limits: defaultProcessLimits };
}

function fakeBubblewrap(name: string, script: string): string {
  const path = join(base, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const help = "--disable-userns --clearenv --size --perms --json-status-fd --seccomp --args";
const cases: [string, string, RegExp, RegExp][] = [
  ["is missing", join(base, "nothing"), /not installed/, /apt install bubblewrap/],
  ["is too old", fakeBubblewrap("old", 'echo "bubblewrap 0.4.0"'), /0\.4\.0 lacks --disable-userns/, /0\.8 or later/],
  [
    "cannot make namespaces",
    fakeBubblewrap(
      "broken",
      `case $1 in --*) ;; esac; [ "$1" = --help ] && { echo "${help}"; exit 0; }
      [ "$1" = --version ] && { echo "bubblewrap 0.11.0"; exit 0; }
      echo "bwrap: No permissions to create new namespace" >&2; exit 1`,
    ),
    /No permissions to create new namespace/,
    /namespace|container/,
  ],
];

describe.each(cases)("where bubblewrap %s", (_, bubblewrapPath, reason, fix) => {
  it("says so, refuses commands, and still runs git", async () => {
    const runner = await createProcessRunner({ dataDirectory: join(base, "data"), bubblewrapPath });
    const status = await runner.selfTest();
    expect(status).toMatchObject({ kind: "none", ready: false });
    const failed = status.checks.find((check) => !check.ok);
    expect(failed?.detail).toMatch(reason);
    expect(failed?.fix).toMatch(fix);
    expect(runner.availability()).toEqual({ ready: false, reason: expect.stringMatching(reason) });
    await expect(runner.run(spec(["true"], "command"))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(reason),
    });
    const git = await runner.run(spec(["git", "init", "--quiet", "."], "git"));
    expect(git).toMatchObject({ exitCode: 0, ended: "exit" });
  });
});

describe("without the sandbox", () => {
  it("runs nothing but git, and only where the host's paths are the ones inside", async () => {
    const runner = await createProcessRunner({ dataDirectory: base, bubblewrapPath: join(base, "nothing") });
    const refused = { code: "unavailable" };
    await expect(runner.run(spec(["sh", "-c", "echo hello"], "git"))).rejects.toMatchObject(refused);
    await expect(runner.run(spec(["git", "status"], "git", "/work"))).rejects.toMatchObject(refused);
  });
});

const runner = await createProcessRunner({ dataDirectory: base });

describe.skipIf(!runner.availability().ready)("in the sandbox [needs bubblewrap]", () => {
  it("names a program that is not there", async () => {
    const missing = runner.run(spec(["no-such-program", "--version"], "command"));
    await expect(missing).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining('"no-such-program"'),
    });
  });

  it("refuses a cwd that is no directory", async () => {
    const elsewhere = { ...spec(["true"], "command"), cwd: join(worktree, "missing") };
    await expect(runner.run(elsewhere)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("names the signal that ended a command, and keeps plain statuses", async () => {
    const result = await runner.run(spec(["sh", "-c", "kill -SEGV $$"], "command"));
    expect(result).toMatchObject({ exitCode: null, signal: "SIGSEGV", ended: "signal" });
    for (const status of [1, 127, 128, 129, 130, 255]) {
      const plain = await runner.run(spec(["sh", "-c", `exit ${status}`], "command"));
      expect(plain).toMatchObject({ exitCode: status, signal: null, ended: "exit" });
    }
  });
});
