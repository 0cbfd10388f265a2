import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { createTempRepository } from "./temp-repository.ts";
import { createTempWorktree } from "./temp-worktree.ts";
import { globToExpression } from "./temp-worktree-files.ts";

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function open(files: Parameters<typeof createTempWorktree>[0]) {
  const worktree = await createTempWorktree(files);
  opened.push(() => worktree.close());
  return worktree;
}

describe("createTempRepository", () => {
  it("makes one commit a step and can be removed", async () => {
    const repository = await createTempRepository({ "a.txt": "1\n" }, [
      { message: "second", files: { "a.txt": null, b: "2" } },
    ]);
    expect(repository.commits).toHaveLength(2);
    expect(existsSync(`${repository.path}/a.txt`)).toBe(false);
    await repository.remove();
    expect(existsSync(repository.path)).toBe(false);
  });
});

describe("createTempWorktree", () => {
  it("reads, writes and removes by hash", async () => {
    const { files } = await open({ "src/a.txt": "one\n", "tool.sh*": "#!/bin/sh\n" });
    const read = await files.read("src/a.txt");
    expect(new TextDecoder().decode(read.bytes)).toBe("one\n");
    expect((await files.read("tool.sh")).executable).toBe(true);
    await expect(files.write("src/a.txt", new Uint8Array(), null)).rejects.toMatchObject({ code: "conflict" });
    await files.write("src/a.txt", new TextEncoder().encode("two\n"), read.sha256);
    await expect(files.remove("src/a.txt", read.sha256)).rejects.toMatchObject({ code: "conflict" });
    await expect(files.read("src/b.txt")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("a.txt"),
    });
    await expect(files.read("src")).rejects.toMatchObject({ code: "invalid_input" });
    for (const path of ["../x", "/etc/passwd", ".git/config"]) {
      await expect(files.read(path)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("finds tracked and untracked files, not ignored ones", async () => {
    const { files } = await open({ ".gitignore": "*.log\n", "src/a.ts": "", "src/deep/b.ts": "" });
    await files.write("src/new.ts", new Uint8Array(), null);
    await files.write("src/x.log", new Uint8Array(), null);
    expect((await files.find("*.ts", 10)).paths).toEqual(["src/a.ts", "src/deep/b.ts", "src/new.ts"]);
    expect((await files.find("src/*", 1)).truncated).toBe(true);
    expect((await files.find("*.log", 10)).paths).toEqual([]);
    expect((await files.list(".")).entries.map((entry) => entry.name)).toEqual([".gitignore", "src"]);
  });

  it("tells status, diff, log, grep, checkpoint and change", async () => {
    const worktree = await open({ "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" });
    expect(await worktree.isChanged()).toBe(false);
    expect(await worktree.diffToBase()).toBeNull();
    const { sha256 } = await worktree.files.read("a.txt");
    await worktree.files.write("a.txt", new TextEncoder().encode("one\nTWO\nthree\n"), sha256);
    await worktree.files.write("c.txt", new TextEncoder().encode("two\n"), null);
    expect(await worktree.git.status()).toEqual([
      { path: "a.txt", kind: "modified" },
      { path: "c.txt", kind: "added" },
    ]);
    expect(await worktree.git.diff({ path: "a.txt" })).toContain("-two\n+TWO\n");
    expect((await worktree.git.grep({ pattern: "two", regex: false, ignoreCase: true, limit: 9 })).matches).toEqual([
      { path: "a.txt", line: 2, text: "TWO" },
      { path: "c.txt", line: 1, text: "two" },
    ]);
    expect((await worktree.checkpoint(1))?.files).toEqual(["a.txt", "c.txt"]);
    expect(await worktree.checkpoint(2)).toBeNull();
    const change = await worktree.diffToBase();
    expect(change).toMatchObject({ addedLines: 2, removedLines: 1 });
    expect(change?.files[0]?.hunks[0]).toMatchObject({ oldStart: 1, oldLines: 3, newLines: 3 });
    await worktree.git.commit("both");
    expect((await worktree.git.log({ limit: 5 })).map((entry) => entry.subject)).toEqual(["both", "first commit"]);
    await expect(worktree.git.commit("again")).rejects.toMatchObject({ code: "invalid_input" });
    expect(await worktree.isChanged()).toBe(true);
  });

  it.each([
    ["*.ts", "src/a.ts", true],
    ["*.ts", "src/a.tsx", false],
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/x/y/a.ts", true],
    ["src/*.ts", "src/x/a.ts", false],
    ["*.{ts,js}", "a.js", true],
    ["src/**", "src/x/y", true],
    ["a?.c", "ab.c", true],
    ["a+b.c", "aab.c", false],
  ])("glob %s on %s: %s", (glob, path, matches) => {
    expect(globToExpression(glob).test(path)).toBe(matches);
  });
});
