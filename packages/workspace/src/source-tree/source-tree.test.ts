import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitObjectId } from "@outpost/protocol";
import type { SourceTree, StatCache } from "@outpost/retrieval";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitAll,
  createWorkplace,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";
import { createCheckoutSourceTree } from "./checkout-source-tree.ts";
import { createCommitSourceTree } from "./commit-source-tree.ts";
import { createWorktreeSourceTree } from "./worktree-source-tree.ts";

let place: Workplace;
let root: string;
let clockMs: number;
let tree: SourceTree;
beforeEach(() => {
  place = createWorkplace();
  root = join(place.directory, "source");
  // A clock ahead of the disk's, so that files written now are old enough to be trusted.
  clockMs = Date.now() + 60_000;
  tree = createCheckoutSourceTree({ git: place.git, source: { type: "path", path: root }, nowMs: () => clockMs });
});
afterEach(() => place.remove());

const blobOf = (path: string) => userGit(root, ["hash-object", "--no-filters", path]);

describe("a checkout as a source tree", () => {
  it("lists tracked and untracked files with the blob ids of their raw bytes, sorted; the rest are problems", async () => {
    const inner = join(place.directory, "inner");
    makeRepository(inner, { "i.txt": "i" });
    makeRepository(root, { "b.txt": "b\r\n", "a/x.py": "x", "gone.txt": "g", ".gitignore": "*.log\n" });
    userGit(root, ["submodule", "--quiet", "add", inner, "vendored"]);
    const head = commitAll(root, "submodule");
    writeTree(root, {
      ".gitattributes": "* text eol=lf\n",
      "b.txt": "b2\r\n",
      "new.txt": "n",
      "x.log": "no",
      "é.txt": "e",
    });
    makeRepository(join(root, "nested"), { "n.txt": "n" });
    rmSync(join(root, "gone.txt"));
    symlinkSync("b.txt", join(root, "link"));
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "x");
    const listing = await tree.list(new Map());
    expect(listing.commit).toBe(head);
    expect(listing.files.map(({ path }) => path)).toEqual([
      ".gitattributes",
      ".gitignore",
      ".gitmodules",
      "a/x.py",
      "b.txt",
      "new.txt",
      "é.txt",
    ]);
    expect(listing.files.find(({ path }) => path === "b.txt")).toEqual({
      path: "b.txt",
      blob: blobOf("b.txt"),
      bytes: 4,
    });
    expect(listing.problems.map(({ path, reason }) => `${reason} ${path}`).sort()).toEqual([
      "submodule nested",
      "submodule vendored",
      "symlink link",
      "unreadable caf\ufffd",
    ]);
  });

  it("is a submodule's, too, whose working tree git names in its configuration and is not shown for its HEAD", async () => {
    const head = makeRepository(root, { "a.txt": "1" });
    userGit(root, ["config", "core.worktree", "../nowhere"]);
    expect(await tree.list(new Map())).toMatchObject({ commit: head, files: [{ path: "a.txt" }], problems: [] });
  });

  it("reads nothing again whose size, time and inode are known, and everything whose are not", async () => {
    makeRepository(root, { "a.txt": "1", "b.txt": "2" });
    const known: StatCache = new Map();
    const first = await tree.list(known);
    expect(known.size).toBe(2);
    // A wrong id in the cache comes back: it is the cache that was believed.
    const entry = known.get("a.txt");
    if (entry === undefined) throw new Error("a.txt is not cached");
    known.set("a.txt", { ...entry, blob: "f".repeat(40) });
    expect((await tree.list(known)).files[0]?.blob).toBe("f".repeat(40));
    const { atime, mtime } = lstatSync(join(root, "a.txt"));
    writeFileSync(join(root, "a.tmp"), "1");
    utimesSync(join(root, "a.tmp"), atime, mtime);
    renameSync(join(root, "a.tmp"), join(root, "a.txt"));
    expect((await tree.list(known)).files).toEqual(first.files);
    rmSync(join(root, "b.txt"));
    await tree.list(known);
    expect([...known.keys()]).toEqual(["a.txt"]);
  });

  it("trusts no file that is younger than two seconds", async () => {
    makeRepository(root, { "a.txt": "1" });
    clockMs = Date.now();
    const known: StatCache = new Map();
    await tree.list(known);
    expect(known.size).toBe(0);
    const before = lstatSync(join(root, "a.txt"));
    writeFileSync(join(root, "a.txt"), "2");
    utimesSync(join(root, "a.txt"), before.atime, before.mtime);
    expect((await tree.list(known)).files[0]?.blob).toBe(blobOf("a.txt"));
  });

  it("reads the listed bytes or rejects", async () => {
    makeRepository(root, { "a.txt": "1\r\n", "sub/b.txt": "2" });
    const { files } = await tree.list(new Map());
    const [a, b] = files;
    if (a === undefined || b === undefined) throw new Error("too few files");
    expect(Buffer.from(await tree.read(a)).toString()).toBe("1\r\n");
    writeTree(root, { "a.txt": "other" });
    await expect(tree.read(a)).rejects.toMatchObject({ code: "conflict" });
    rmSync(join(root, "a.txt"));
    await expect(tree.read(a)).rejects.toMatchObject({ code: "not_found" });
    symlinkSync("sub/b.txt", join(root, "a.txt"));
    await expect(tree.read(a)).rejects.toMatchObject({ code: "not_found" });
    renameSync(join(root, "sub"), join(root, "moved"));
    symlinkSync("moved", join(root, "sub"));
    await expect(tree.read(b)).rejects.toMatchObject({ code: "not_found" });
    expect((await tree.list(new Map())).files.map(({ path }) => path)).toEqual(["moved/b.txt"]);
  });

  it("says of some paths what they hold, or that only a whole listing tells", async () => {
    makeRepository(root, { "a.txt": "1", "gone.txt": "2", "sub/b.txt": "3", ".gitignore": "*.log\n" });
    writeTree(root, { "a.txt": "one", "new [1].txt": "4", "x.log": "5", "sub/c.txt": "6" });
    rmSync(join(root, "gone.txt"));
    const ask = async (...paths: string[]) => {
      const contents = await tree.readPaths?.(paths, { commit: "1".repeat(40), listed: new Set() });
      return contents?.map(({ path, content }) => [path, content && Buffer.from(content).toString()]) ?? null;
    };
    expect(await ask("a.txt", "gone.txt", "new [1].txt", "x.log", "sub/c.txt", "never/was.txt")).toEqual([
      ["a.txt", "one"],
      ["gone.txt", null],
      ["new [1].txt", "4"],
      ["x.log", null],
      ["sub/c.txt", "6"],
      ["never/was.txt", null],
    ]);
    symlinkSync("a.txt", join(root, "link"));
    for (const path of [".gitignore", "sub/.gitignore", ".git/index", "sub", "link", "a.txt/under"]) {
      expect([path, await ask("a.txt", path)]).toEqual([path, null]);
    }
    rmSync(join(root, ".git"), { recursive: true });
    expect(await ask("a.txt")).toBeNull();
  });

  it("reads what was listed before without asking git, as long as it is a file", async () => {
    makeRepository(root, { "a.txt": "1", "gone.txt": "2", "dir/b.txt": "3", "linked.txt": "4" });
    writeTree(root, { "a.txt": "one", "x.log": "5" });
    for (const path of ["gone.txt", "dir", "linked.txt"]) rmSync(join(root, path), { recursive: true });
    writeTree(root, { dir: "a file" });
    // Git would refuse to say anything of what is under this path.
    writeFileSync(join(root, ".git/index"), "no index");
    const listed = new Set(["a.txt", "gone.txt", "dir/b.txt", "linked.txt"]);
    const ask = (...paths: string[]) => tree.readPaths?.(paths, { commit: "1".repeat(40), listed });
    expect(await ask("a.txt", "gone.txt")).toEqual([
      { path: "a.txt", content: new TextEncoder().encode("one") },
      { path: "gone.txt", content: null },
    ]);
    symlinkSync("a.txt", join(root, "linked.txt"));
    expect([await ask("a.txt", "dir/b.txt"), await ask("linked.txt"), await ask(".gitignore")]).toEqual(
      Array(3).fill(null),
    );
    await expect(ask("a.txt", "x.log")).rejects.toThrow(/index/);
  });

  it("says of some paths of a plain folder what they hold, as a listing would", async () => {
    writeTree(root, {
      "a.txt": "1",
      "src/build.py": "2",
      "build/out.o": "no",
      "sub/node_modules/x.js": "no",
      "my env/pyvenv.cfg": "no",
      "my env/lib/x.py": "no",
      "sub/nested/.git": "no",
      "sub/nested/x.py": "no",
      "CACHEDIR.TAG": "the root is no cache, whatever it says",
    });
    symlinkSync("src", join(root, "linked"));
    const ask = async (...paths: string[]) => {
      const contents = await tree.readPaths?.(paths, { commit: null, listed: new Set() });
      return contents?.map(({ path, content }) => [path, content && Buffer.from(content).toString()]) ?? null;
    };
    const paths = [
      "a.txt",
      "src/build.py",
      "build/out.o",
      "sub/node_modules/x.js",
      "my env/lib/x.py",
      "sub/nested/x.py",
    ];
    const listed = (await tree.list(new Map())).files.map(({ path }) => path);
    expect((await ask(...paths, "gone.txt"))?.filter(([, content]) => content !== null)).toEqual([
      ["a.txt", "1"],
      ["src/build.py", "2"],
    ]);
    expect(paths.filter((path) => listed.includes(path))).toEqual(["a.txt", "src/build.py"]);
    for (const path of [
      "my env/pyvenv.cfg",
      "x/CACHEDIR.TAG",
      ".git",
      "src",
      "linked",
      "linked/build.py",
      "a.txt/under",
    ]) {
      expect([path, await ask("a.txt", path)]).toEqual([path, null]);
    }
    expect(await tree.readPaths?.(["a.txt"], { commit: "1".repeat(40), listed: new Set() })).toBeNull();
  });

  it("walks a plain folder without what tools make", async () => {
    writeTree(root, {
      "main.py": "m",
      "src/build.py": "b",
      "build/out.o": "no",
      "node_modules/x.js": "no",
      "my env/pyvenv.cfg": "no",
      "my env/lib/x.py": "no",
      "cache/CACHEDIR.TAG": "no",
      ".git/config": "no",
      "sub/__pycache__/x.pyc": "no",
    });
    symlinkSync("/etc", join(root, "etc"));
    const listing = await tree.list(new Map());
    expect(listing.files.map(({ path }) => path)).toEqual(["main.py", "src/build.py"]);
    expect(listing.problems).toEqual([{ path: "etc", reason: "symlink", detail: "a symlink" }]);
    expect(listing.commit).toBeNull();
  });

  it("rejects when the source is gone, so that nobody takes it for empty", async () => {
    await expect(tree.list(new Map())).rejects.toMatchObject({ code: "not_found" });
  });

  it.skipIf(process.getuid?.() === 0)("names files that it may not read [needs an ordinary user]", async () => {
    makeRepository(root, { "a.txt": "1" });
    chmodSync(join(root, "a.txt"), 0o000);
    writeTree(root, { "closed/b.txt": "2" });
    chmodSync(join(root, "closed"), 0o000);
    expect((await tree.list(new Map())).problems.map(({ path, reason }) => [path, reason])).toEqual([
      ["closed", "unreadable"],
      ["a.txt", "unreadable"],
    ]);
    chmodSync(join(root, "closed"), 0o700);
  });

  it("lists many files within a second when they are known", async () => {
    const count = process.env["OUTPOST_FULL"] === "1" ? 10_000 : 1_000;
    mkdirSync(root);
    userGit(root, ["init", "--quiet"]);
    writeTree(
      root,
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`d${at % 40}/f${at}.ts`, `export const x${at} = 1;\n`]),
      ),
    );
    const known: StatCache = new Map();
    await tree.list(known);
    const startedAt = performance.now();
    const listing = await tree.list(known);
    expect(listing.files).toHaveLength(count);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe("a commit as a source tree", () => {
  it("lists and reads what the commit holds, whatever the checkout does", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 600 }, (_, at) => [`f${String(at).padStart(3, "0")}.txt`, `text ${at}\r\n`]),
    );
    makeRepository(root, files);
    symlinkSync("f000.txt", join(root, "link"));
    writeTree(root, { "big.bin": Buffer.alloc(9_000_000, 7), "empty.txt": "" });
    commitAll(root, "more");
    const repository = place.repositoryAt(root);
    const commit = (await place.host.import(repository)).headCommit as GitObjectId;
    const { dataDirectory, git } = place;
    const source = createCommitSourceTree({ git, dataDirectory, repositoryId: repository.id, commit });
    const expected = (await tree.list(new Map())).files;
    rmSync(root, { recursive: true });
    const listing = await source.list(new Map());
    expect(listing.files).toEqual(expected);
    expect(listing.problems).toEqual([{ path: "link", reason: "symlink", detail: "a symlink" }]);
    expect(listing.commit).toBe(commit);
    const before = place.runner.specs.length;
    const bytes = await Promise.all(listing.files.map((file) => source.read(file)));
    expect(bytes.map((content) => content.byteLength)).toEqual(listing.files.map((file) => file.bytes));
    expect(Buffer.from(bytes[5] ?? []).toString()).toBe(files[listing.files[5]?.path ?? ""]);
    expect(place.runner.specs.length - before).toBeLessThan(8);
    await expect(source.read({ path: "x", blob: "1".repeat(40), bytes: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a worktree as a source tree", () => {
  it("lists what git would track in it now", async () => {
    makeRepository(root, { "a.txt": "1", "gone.txt": "2", ".gitignore": "*.log\n" });
    const repository = place.repositoryAt(root);
    const baseCommit = (await place.host.import(repository)).headCommit as GitObjectId;
    const ids = { taskId: place.newId("tsk"), runId: place.newId("run"), fence: 1 };
    const worktree = await place.host.openWorktree({ repository, ...ids, baseCommit });
    writeTree(worktree.root, { "a.txt": "changed", "new.txt": "n", "x.log": "no" });
    rmSync(join(worktree.root, "gone.txt"));
    const { dataDirectory, git } = place;
    const source = createWorktreeSourceTree({
      git,
      dataDirectory,
      repositoryId: repository.id,
      root: worktree.root,
      baseCommit,
    });
    const { files, commit } = await source.list(new Map());
    expect(files.map(({ path }) => path)).toEqual([".gitignore", "a.txt", "new.txt"]);
    expect(commit).toBe(baseCommit);
    expect(Buffer.from(await source.read(files[1] as never)).toString()).toBe("changed");
  });
});
