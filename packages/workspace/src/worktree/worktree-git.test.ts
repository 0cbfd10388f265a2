import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenWorktree, Worktree } from "@outpost/core";
import type { Change, GitObjectId } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createWorkplace,
  importForRun,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";

let place: Workplace;
let source: string;
let request: OpenWorktree;
let worktree: Worktree;

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join("");

beforeEach(async () => {
  place = createWorkplace();
  source = join(place.directory, "source");
  makeRepository(source, {
    "keep.py": lines(1, 40),
    "old name.txt": lines(1, 20),
    "gone.txt": "x\n",
    "run.sh": "#!/bin/sh\n",
    "data.bin": Buffer.from([0, 1, 2]),
    "latin1.c": Buffer.from("caf\xe9 1\r\nsame\r\n", "latin1"),
    "type.txt": "a\nb\n",
    "no-end.txt": "end",
  });
  request = await importForRun(place, source);
  worktree = await place.host.openWorktree(request);
});
afterEach(() => place.remove());

function editEverything(root: string): void {
  writeTree(root, {
    "keep.py": lines(1, 40).replace("line 3\n", "line three\nline 3b\n").replace("line 30\n", ""),
    "new dir/added.ts": "export {};\n",
    "data.bin": Buffer.from([0, 1, 3]),
    "latin1.c": Buffer.from("caf\xe9 2\r\nsame\r\n", "latin1"),
    "no-end.txt": "end\n",
    "empty.txt": "",
  });
  rmSync(join(root, "gone.txt"));
  renameSync(join(root, "old name.txt"), join(root, "new name.txt"));
  chmodSync(join(root, "run.sh"), 0o755);
  rmSync(join(root, "type.txt"));
  symlinkSync("keep.py", join(root, "type.txt"));
}

async function change(): Promise<Change> {
  const diff = await worktree.diffToBase();
  if (diff === null) throw new Error("nothing changed");
  return {
    ...diff,
    taskId: request.taskId,
    revision: 1,
    applyTarget: { type: "checkout" } as never,
    summary: "",
    tests: [],
  };
}

describe("diffToBase", () => {
  it("names every file with its kind, modes and blobs", async () => {
    editEverything(worktree.root);
    const { files, addedLines, removedLines, tree } = await change();
    expect(
      files.map(({ path, oldPath, kind, oldMode, newMode, binary, language }) => [
        kind,
        path,
        oldPath,
        oldMode,
        newMode,
        binary,
        language,
      ]),
    ).toEqual([
      ["modified", "data.bin", null, "100644", "100644", true, "text"],
      ["added", "empty.txt", null, null, "100644", false, "text"],
      ["deleted", "gone.txt", null, "100644", null, false, "text"],
      ["modified", "keep.py", null, "100644", "100644", false, "python"],
      ["modified", "latin1.c", null, "100644", "100644", false, "c"],
      ["added", "new dir/added.ts", null, null, "100644", false, "typescript"],
      ["renamed", "new name.txt", "old name.txt", "100644", "100644", false, "text"],
      ["modified", "no-end.txt", null, "100644", "100644", false, "text"],
      ["mode", "run.sh", null, "100644", "100755", false, "bash"],
      ["modified", "type.txt", null, "100644", "120000", false, "text"],
    ]);
    expect(addedLines).toBe(2 + 1 + 1 + 1 + 1);
    expect(removedLines).toBe(1 + 2 + 1 + 1 + 2);
    expect(tree).toMatch(/^[0-9a-f]{40}$/);
    expect(files.find(({ path }) => path === "gone.txt")?.newBlob).toBeNull();
    expect(files.find(({ path }) => path === "empty.txt")?.newBlob).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  });

  it("gives hunks with positions, lines, and ids that stay while their text does", async () => {
    editEverything(worktree.root);
    const files = (await change()).files;
    const hunksOf = (path: string) => files.find((file) => file.path === path)?.hunks ?? [];
    const [first, second] = hunksOf("keep.py");
    expect(first).toMatchObject({ oldStart: 1, oldLines: 6, newStart: 1, newLines: 7 });
    expect(first?.lines).toEqual([
      " line 1",
      " line 2",
      "-line 3",
      "+line three",
      "+line 3b",
      " line 4",
      " line 5",
      " line 6",
    ]);
    expect(second).toMatchObject({ oldStart: 27, newStart: 28 });
    expect(hunksOf("no-end.txt")[0]?.lines).toEqual(["-end", "\\ No newline at end of file", "+end"]);
    expect(hunksOf("latin1.c")[0]?.lines).toEqual(["-caf\ufffd 1\r", "+caf\ufffd 2\r", " same\r"]);
    expect(hunksOf("type.txt")).toMatchObject([
      {
        oldStart: 1,
        oldLines: 2,
        newStart: 1,
        newLines: 1,
        lines: ["-a", "-b", "+keep.py", "\\ No newline at end of file"],
      },
    ]);
    expect(hunksOf("run.sh")).toEqual([]);
    const ids = files.flatMap((file) => file.hunks.map((hunk) => hunk.id));
    expect(new Set(ids).size).toBe(ids.length);
    // Lines that move a hunk leave its id alone.
    writeTree(worktree.root, {
      "keep.py": `${lines(1, 40).replace("line 3\n", "line three\nline 3b\n").replace("line 30\n", "")}more\n`,
    });
    const again = (await change()).files.find((file) => file.path === "keep.py")?.hunks;
    expect(again?.[0]?.id).toBe(first?.id);
    expect(again).toHaveLength(3);
  });

  it("tells hunks of equal text apart", async () => {
    writeTree(worktree.root, {
      "keep.py": lines(1, 40).replace("line 5\n", "line 5\nsame\n").replace("line 30\n", "line 30\nsame\n"),
    });
    const hunks = (await change()).files[0]?.hunks ?? [];
    expect(hunks).toHaveLength(2);
    expect(hunks[0]?.id).not.toBe(hunks[1]?.id);
  });

  it("is not fooled by names and lines that look like a patch", async () => {
    writeTree(worktree.root, {
      "x\n@@ -1 +1 @@\n-fake":
        "diff --git a/x b/x\n@@ -1,9 +1,9 @@\n--- a/x\n+++ b/x\nBinary files a/x and b/x differ\n",
    });
    const { files } = await change();
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ path: "x\n@@ -1 +1 @@\n-fake", binary: false, addedLines: 5 });
  });

  it("makes a patch that git applies, and a change that the checkout takes and gives back", async () => {
    editEverything(worktree.root);
    const proposed = await change();
    const patch = await place.host.renderPatch(request.repository, proposed);
    const clone = join(place.directory, "clone");
    userGit(place.directory, ["clone", "--quiet", source, clone]);
    userGit(clone, ["apply", "--index", "-"], patch);
    expect(userGit(clone, ["write-tree"])).toBe(proposed.tree);
    const { files, undo } = await place.host.apply(request.repository, proposed);
    userGit(source, ["add", "--all"]);
    expect(userGit(source, ["write-tree"])).toBe(proposed.tree);
    userGit(source, ["reset", "--quiet"]);
    await place.host.revert(request.repository, files, undo);
    expect(userGit(source, ["status", "--porcelain"])).toBe("");
    expect(await place.host.recover()).toEqual([]);
  });

  it("has a bound, and names the way out", async () => {
    writeTree(worktree.root, Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [`many/${at}`, `${at}`])));
    await expect(worktree.diffToBase()).rejects.toMatchObject({
      code: "limit_exceeded",
      message: /2001 files, over 2000.*gitignore/,
    });
  });
});

describe("the git of tools", () => {
  it("says what changed, as list and as text", async () => {
    editEverything(worktree.root);
    expect((await worktree.git.status()).filter(({ kind }) => kind !== "modified")).toEqual([
      { path: "empty.txt", kind: "added" },
      { path: "gone.txt", kind: "deleted" },
      { path: "new dir/added.ts", kind: "added" },
      { path: "new name.txt", kind: "renamed" },
      { path: "run.sh", kind: "mode" },
    ]);
    const all = await worktree.git.diff();
    expect(all).toContain("+line three");
    expect(all).toContain("rename from old name.txt");
    const one = await worktree.git.diff({ path: "new dir" });
    expect(one).toContain("+export {};");
    expect(one).not.toContain("line three");
    const cut = await worktree.git.diff({ maxBytes: 300 });
    expect(cut.length).toBeLessThan(400);
    expect(cut).toMatch(/\n\[cut at 300 bytes; ask for one path\]\n$/);
  });

  it("commits on a HEAD of its own, which a checkpoint brings back", async () => {
    await expect(worktree.git.commit("nothing")).rejects.toMatchObject({ code: "invalid_input" });
    writeTree(worktree.root, { "keep.py": "changed\n" });
    const commit = await worktree.git.commit('message with "quotes"\n\nand a body');
    await expect(worktree.git.commit("again")).rejects.toMatchObject({
      code: "invalid_input",
      message: /nothing to commit/,
    });
    expect((await worktree.git.log({ limit: 5 })).map(({ subject, author }) => [subject, author])).toEqual([
      ['message with "quotes"', "Outpost"],
      ["first", "Ada"],
    ]);
    expect(await worktree.git.log({ limit: 5, path: "run.sh" })).toHaveLength(1);
    expect((await worktree.diffToBase())?.baseCommit).toBe(request.baseCommit);
    const saved = await worktree.checkpoint(1);
    const restored = await place.host.openWorktree({ ...request, fence: 2, checkpoint: saved?.commit as GitObjectId });
    expect((await restored.git.log({ limit: 1 }))[0]?.commit).toBe(commit);
    await expect(restored.git.commit("again")).rejects.toMatchObject({ code: "invalid_input" });
    expect(userGit(source, ["log", "--format=%s"])).toBe("first");
  });

  it("finds text in what git would track, with the bounds it was given", async () => {
    const grep = (pattern: string, rest = {}) =>
      worktree.git.grep({ pattern, regex: false, ignoreCase: false, limit: 10, ...rest });
    writeTree(worktree.root, {
      ".gitignore": "*.log\n",
      "new.ts": "const needle = 1;\r\n",
      "sub/new.py": "NEEDLE\n",
      "ignored.log": "needle\n",
      "a:b\n1": "needle\n",
    });
    mkdirSync(join(worktree.root, "outside"));
    rmSync(join(worktree.root, "outside"), { recursive: true });
    writeFileSync(join(place.directory, "secret.txt"), "needle\n");
    symlinkSync("../../../..", join(worktree.root, "outside"));
    expect((await grep("needle")).matches).toEqual([
      { path: "a:b\n1", line: 1, text: "needle" },
      { path: "new.ts", line: 1, text: "const needle = 1;" },
    ]);
    expect((await grep("needle", { ignoreCase: true, path: "*.{py,rb}" })).matches.map(({ path }) => path)).toEqual([
      "sub/new.py",
    ]);
    expect((await grep("ne+dle", { regex: true, path: "*.ts" })).matches).toHaveLength(1);
    expect((await grep("ne+dle")).matches).toHaveLength(0);
    expect((await grep("line", { path: "keep.py", limit: 3 })).matches).toHaveLength(3);
    expect((await grep("line", { path: "keep.py", limit: 3 })).truncated).toBe(true);
    expect((await grep("line 40", { path: "**/keep.py", limit: 3 })).truncated).toBe(false);
    await expect(grep("a(", { regex: true })).rejects.toMatchObject({ code: "invalid_input", message: /a\(/ });
    await expect(grep("")).rejects.toMatchObject({ code: "invalid_input" });
    expect((await grep("--open-files-in-pager=sh")).matches).toEqual([]);
  });
});
