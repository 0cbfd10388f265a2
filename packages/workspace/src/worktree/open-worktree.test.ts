import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { OpenWorktree, Worktree } from "@outpost/core";
import type { GitObjectId } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { photograph } from "../fixture/photograph.ts";
import {
  commitAll,
  createWorkplace,
  importForRun,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";
import { mirrorDirectory } from "../mirror/mirror.ts";

let place: Workplace;
let source: string;
let mirror: string;
let request: OpenWorktree;
beforeEach(() => {
  place = createWorkplace();
  source = join(place.directory, "source");
});
afterEach(() => place.remove());

async function openAt(
  files: Record<string, string | Uint8Array>,
  prepare: () => void = () => undefined,
): Promise<Worktree> {
  makeRepository(source, {});
  writeTree(source, files);
  prepare();
  // Attributes would change what a user's git commits; the bytes are to be those on disk.
  userGit(source, ["config", "core.autocrlf", "false"]);
  commitAll(source, "base");
  request = await importForRun(place, source);
  mirror = mirrorDirectory(place.dataDirectory, request.repository.id);
  return place.host.openWorktree(request);
}

function processesOf(action: () => Promise<unknown>): Promise<string[]> {
  const before = place.runner.specs.length;
  return action().then(() =>
    place.runner.specs.slice(before).map(({ argv }) => {
      const start = argv.findIndex((part) => part.startsWith("--git-dir="));
      return argv.slice(start + 1).find((part) => !part.startsWith("--work-tree=")) ?? "";
    }),
  );
}

const hostile =
  "* text=auto eol=lf\n*.txt filter=upper ident working-tree-encoding=UTF-16 diff=evil\n[attr]all -text\n";
const difficult = {
  "crlf.txt": "one\r\ntwo\r\n",
  "mixed.txt": "one\r\ntwo\nthree\r",
  "bom.py": Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a]),
  "latin1.c": Buffer.from("caf\xe9\r\n", "latin1"),
  "ident.txt": "$Id$ $Id: old $\n",
  "no-newline": "end",
  "empty.txt": "",
  "nul.bin": Buffer.from([0, 1, 2, 13, 10, 255]),
  "run.sh": "#!/bin/sh\r\n",
  "sub/deep/er/file.txt": "x\r\n",
};

describe("an opened worktree", () => {
  it("holds the commit byte for byte, whatever .gitattributes says, and no git directory", async () => {
    const worktree = await openAt(difficult, () => {
      chmodSync(join(source, "run.sh"), 0o755);
      symlinkSync("../crlf.txt", join(source, "sub/link"));
      symlinkSync("/nowhere", join(source, "dangling"));
      // The attributes come last, so that plain git commits raw bytes before they hold.
      userGit(source, ["add", "--all"]);
      writeFileSync(join(source, ".gitattributes"), hostile);
      userGit(source, ["update-index", "--add", ".gitattributes"]);
      userGit(source, ["commit", "--quiet", "-m", "raw"]);
      userGit(source, ["update-index", "--assume-unchanged", ...Object.keys(difficult)]);
    });
    const expected = photograph(source);
    for (const path of Object.keys(expected)) if (path.startsWith(".git/")) delete expected[path];
    expect(photograph(worktree.root)).toEqual(expected);
    expect(Object.keys(expected)).toHaveLength(Object.keys(difficult).length + 3);
    expect(existsSync(join(worktree.root, ".git"))).toBe(false);
    expect(await worktree.isChanged()).toBe(false);
    expect(await worktree.checkpoint(1)).toBeNull();
    expect(await worktree.diffToBase()).toBeNull();
    expect(await worktree.git.status()).toEqual([]);
  });

  it("is refused for a commit that the mirror lacks", async () => {
    await openAt({ a: "1" });
    const baseCommit = "1".repeat(40) as GitObjectId;
    await expect(place.host.openWorktree({ ...request, baseCommit })).rejects.toMatchObject({ code: "not_found" });
  });

  it("leaves nothing but its checkpoints when it is closed, even of closed directories", async () => {
    const worktree = await openAt({ a: "1" });
    writeTree(worktree.root, { "made/by/command": "x" });
    const saved = await worktree.checkpoint(1);
    chmodSync(join(worktree.root, "made/by"), 0o000);
    await worktree.close();
    expect(existsSync(worktree.root)).toBe(false);
    expect(
      userGit(mirror, [
        "for-each-ref",
        "--format=%(objectname) %(refname)",
        "refs/outpost/",
        "refs/outpost-worktrees/",
      ]),
    ).toBe(
      `${request.baseCommit} refs/outpost/source/HEAD\n${saved?.commit} refs/outpost/${request.taskId}/${request.runId}/1`
        .split("\n")
        .sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1))
        .join("\n"),
    );
  });
});

describe("a checkpoint", () => {
  it("costs three git processes, one when nothing changed", async () => {
    const worktree = await openAt({ "a.txt": "1\n", "b.txt": "2\n" });
    appendFileSync(join(worktree.root, "a.txt"), "more\n");
    expect(await processesOf(() => worktree.checkpoint(1))).toEqual(["ls-files", "fast-import", "update-ref"]);
    expect(await processesOf(() => worktree.checkpoint(2))).toEqual(["ls-files"]);
    await setTimeout(1200);
    expect(await processesOf(() => worktree.checkpoint(2))).toEqual(["update-index", "ls-files"]);
    expect(await processesOf(() => worktree.checkpoint(2))).toEqual(["ls-files"]);
  });

  it("records and restores every kind of change, without what is ignored", async () => {
    const worktree = await openAt({
      ...difficult,
      ".gitignore": "*.log\nbuild/\n",
      "becomes-directory": "file",
      "becomes-file/x": "in a directory",
      "moved/a.txt": "a",
      "moved/b.txt": "b",
    });
    const { root } = worktree;
    writeTree(root, {
      "crlf.txt": "one\r\nTWO\r\n",
      ".gitattributes": hostile,
      "new/untracked.txt": Buffer.from("n\xfc\r\n", "latin1"),
      "debug.log": "ignored",
      "build/out.o": "ignored",
      'odd\n"name\\.txt': "odd",
    });
    rmSync(join(root, "becomes-directory"));
    rmSync(join(root, "becomes-file"), { recursive: true });
    rmSync(join(root, "sub"), { recursive: true });
    writeTree(root, { "becomes-directory/x": "1", "becomes-file": "2" });
    chmodSync(join(root, "run.sh"), 0o755);
    // A directory that moved and left a symlink: the files' stat data are all as they were.
    renameSync(join(root, "moved"), join(root, "elsewhere"));
    symlinkSync("elsewhere", join(root, "moved"));
    const saved = await worktree.checkpoint(1);
    expect(saved?.files).toEqual([
      ".gitattributes",
      "becomes-directory",
      "becomes-directory/x",
      "becomes-file",
      "becomes-file/x",
      "crlf.txt",
      "elsewhere/a.txt",
      "elsewhere/b.txt",
      "moved",
      "new/untracked.txt",
      'odd\n"name\\.txt',
      "run.sh",
      "sub/deep/er/file.txt",
    ]);
    const expected = photograph(root);
    delete expected["debug.log"];
    delete expected["build/out.o"];
    const restored = await place.host.openWorktree({ ...request, fence: 2, checkpoint: saved?.commit as GitObjectId });
    expect(photograph(restored.root)).toEqual(expected);
    expect(await restored.isChanged()).toBe(true);
    expect(await restored.checkpoint(2)).toBeNull();
    expect(await restored.diffToBase()).toEqual(await worktree.diffToBase());
  });

  it("follows what changes back, is undone, or becomes ignored", async () => {
    const worktree = await openAt({ "a.txt": "1\n", "b.txt": "2\n" });
    const { root } = worktree;
    writeTree(root, { "a.txt": "9\n", "new.txt": "new", "later.log": "log" });
    unlinkSync(join(root, "b.txt"));
    await worktree.checkpoint(1);
    writeTree(root, { "a.txt": "1\n", "b.txt": "2\n", ".gitignore": "*.log\n" });
    unlinkSync(join(root, "new.txt"));
    await worktree.checkpoint(2);
    expect((await worktree.git.status()).map(({ path }) => path)).toEqual([".gitignore"]);
    unlinkSync(join(root, ".gitignore"));
    unlinkSync(join(root, "later.log"));
    expect(await worktree.isChanged()).toBe(false);
    const third = await worktree.checkpoint(3);
    expect(userGit(mirror, ["rev-parse", `${third?.commit}^{tree}`])).toBe(
      userGit(mirror, ["rev-parse", `${request.baseCommit}^{tree}`]),
    );
  });

  it("sees a change of equal size within the same second, even with the old times", async () => {
    const worktree = await openAt({ "a.txt": "1\n" });
    const path = join(worktree.root, "a.txt");
    for (let number = 1; number <= 6; number++) {
      const { atime, mtime } = lstatSync(path);
      writeFileSync(path, `${number + 1}\n`);
      utimesSync(path, atime, mtime);
      const saved = await worktree.checkpoint(number);
      expect(userGit(mirror, ["show", `${saved?.commit}:a.txt`])).toBe(`${number + 1}`);
    }
  });

  it("leaves out what is too large or no file, and says so", async () => {
    const worktree = await openAt({ "grows.bin": "small", "a.txt": "1" });
    const { root } = worktree;
    writeFileSync(join(root, "huge.bin"), "");
    truncateSync(join(root, "huge.bin"), 20_000_001);
    truncateSync(join(root, "grows.bin"), 30_000_000);
    appendFileSync(join(root, "a.txt"), "2");
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "x");
    const saved = await worktree.checkpoint(1);
    expect(saved?.files).toEqual(["a.txt"]);
    const message = userGit(mirror, ["log", "-1", "--format=%B", `${saved?.commit}`]);
    expect(message).toContain('left out: "huge.bin": 20000001 bytes, over 20000000');
    expect(message).toContain('left out: "grows.bin"');
    expect(message).toContain("not UTF-8");
    expect(userGit(mirror, ["show", `${saved?.commit}:grows.bin`])).toBe("small");
    truncateSync(join(root, "huge.bin"), 5);
    expect((await worktree.checkpoint(2))?.files).toEqual(["huge.bin"]);
  });

  it("takes the files of a repository that was made inside, without its git directory", async () => {
    const worktree = await openAt({ "a.txt": "1" });
    makeRepository(join(worktree.root, "nested"), { "x.txt": "x", "sub/y.txt": "y" });
    mkdirSync(join(worktree.root, "begun"));
    userGit(join(worktree.root, "begun"), ["init", "--quiet"]);
    writeTree(worktree.root, { "begun/z.txt": "z" });
    const saved = await worktree.checkpoint(1);
    expect(saved?.files).toEqual(["begun/z.txt", "nested/sub/y.txt", "nested/x.txt"]);
    writeTree(worktree.root, { "nested/x.txt": "changed" });
    expect((await worktree.checkpoint(2))?.files).toEqual(["nested/x.txt"]);
  });

  it("moves its ref by compare-and-swap: the higher fence wins, whoever comes first", async () => {
    const early = await openAt({ "a.txt": "1" });
    writeTree(early.root, { "a.txt": "early" });
    const first = await early.checkpoint(1);
    const late = await place.host.openWorktree({ ...request, fence: 2 });
    writeTree(late.root, { "a.txt": "late" });
    const second = await late.checkpoint(1);
    const ref = `refs/outpost/${request.taskId}/${request.runId}/1`;
    expect(userGit(mirror, ["rev-parse", ref])).toBe(second?.commit);
    expect(first?.commit).not.toBe(second?.commit);
    writeTree(early.root, { "a.txt": "woken up" });
    await expect(early.checkpoint(1)).rejects.toMatchObject({ code: "conflict", details: { fence: 2 } });
    expect(userGit(mirror, ["rev-parse", ref])).toBe(second?.commit);
    writeTree(early.root, { "a.txt": "again" });
    expect(await early.checkpoint(7)).not.toBeNull();
    writeTree(late.root, { "a.txt": "later" });
    expect(await late.checkpoint(7)).not.toBeNull();
  });
});
