import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";

let place: Workplace;
let root: string;
beforeEach(() => {
  place = createWorkplace();
  root = join(place.directory, "source");
  makeRepository(root, { "a.txt": "one\n" });
});
afterEach(() => place.remove());

describe("the git runner", () => {
  it("shows git only what was named, in the git profile, without network", async () => {
    await place.git.run({
      args: ["status", "--porcelain"],
      gitDir: join(root, ".git"),
      workTree: root,
      readable: [root, join(root, ".git")],
      writable: [],
    });
    const spec = place.runner.specs.at(-1);
    expect(spec).toMatchObject({ profile: "git", network: false });
    expect(spec?.mounts).toEqual([
      { source: root, target: root, writable: false },
      {
        source: join(place.dataDirectory, "git/config"),
        target: join(place.dataDirectory, "git/config"),
        writable: false,
      },
    ]);
    expect(spec?.env["GIT_CONFIG_NOSYSTEM"]).toBe("1");
    expect(readFileSync(join(place.dataDirectory, "git/config"), "utf8")).toContain("directory = *");
  });

  it("makes cut output an error, unless a cut text will do", async () => {
    const command = { args: ["show", "HEAD:a.txt"], gitDir: join(root, ".git"), readable: [root], maxOutputBytes: 2 };
    await expect(place.git.run(command)).rejects.toMatchObject({ code: "limit_exceeded" });
    expect((await place.git.run({ ...command, mayCut: true })).isCut).toBe(true);
  });

  it("gives git's words for an exit code that is no answer, and hands over one that is", async () => {
    const command = { args: ["rev-parse", "--verify", "nothing"], gitDir: join(root, ".git"), readable: [root] };
    await expect(place.git.run(command)).rejects.toMatchObject({ code: "internal", message: /exit code 128: fatal/ });
    expect((await place.git.run({ ...command, okExitCodes: [0, 128] })).exitCode).toBe(128);
  });

  it("stops for a signal", async () => {
    const command = { args: ["cat-file", "--batch"], gitDir: join(root, ".git"), readable: [root] };
    await expect(place.git.run({ ...command, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});

describe("a hostile source", () => {
  const marker = () => join(place.directory, "executed");

  /** Everything known to make plain git run a program of the repository's choice while it is read. */
  function plant(): void {
    const script = join(root, "evil.sh");
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> "${marker()}"\ncat\n`);
    chmodSync(script, 0o755);
    for (const hook of ["post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc", "pre-commit"]) {
      mkdirSync(join(root, ".git/hooks"), { recursive: true });
      writeFileSync(join(root, ".git/hooks", hook), readFileSync(script));
      chmodSync(join(root, ".git/hooks", hook), 0o755);
    }
    const settings: [string, string][] = [
      ["core.fsmonitor", script],
      ["core.hooksPath", join(root, ".git/hooks")],
      ["core.pager", script],
      ["core.editor", script],
      ["core.sshCommand", script],
      ["core.alternateRefsCommand", script],
      ["diff.external", script],
      ["filter.evil.clean", script],
      ["filter.evil.smudge", script],
      ["filter.evil.process", script],
      ["filter.evil.required", "true"],
      ["diff.evil.command", script],
      ["diff.evil.textconv", script],
      ["uploadpack.packObjectsHook", script],
      ["credential.helper", script],
      ["gpg.program", script],
      ["log.showSignature", "true"],
    ];
    for (const [name, value] of settings) userGit(root, ["config", name, value]);
    writeFileSync(join(root, ".gitattributes"), "* filter=evil diff=evil merge=evil text eol=crlf ident\n");
    writeFileSync(join(root, "a.txt"), "two $Id$\n");
  }

  it("runs nothing of its own in import, snapshot, worktree, checkpoint, diff, log, grep and listing", async () => {
    plant();
    // The check must be able to fail: plain git does run what was planted.
    userGit(root, ["status", "--porcelain"]);
    expect(existsSync(marker())).toBe(true);
    writeFileSync(marker(), "");

    const repository = place.repositoryAt(root);
    await place.host.import(repository);
    const baseCommit = await place.host.snapshot(repository);
    const ids = { taskId: place.newId("tsk"), runId: place.newId("run"), fence: 1 };
    const worktree = await place.host.openWorktree({ repository, ...ids, baseCommit });
    writeFileSync(join(worktree.root, "a.txt"), "three\n");
    expect(await worktree.checkpoint(1)).not.toBeNull();
    await worktree.diffToBase();
    await worktree.git.diff();
    await worktree.git.log({ limit: 5 });
    await worktree.git.grep({ pattern: "three", regex: false, ignoreCase: false, limit: 5 });
    await worktree.git.commit("three");
    await worktree.close();
    expect(readFileSync(marker(), "utf8")).toBe("");
  });
});
