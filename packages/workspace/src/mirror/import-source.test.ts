import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  commitAll,
  createWorkplace,
  makeRepository,
  userGit,
  type Workplace,
  writeTree,
} from "../fixture/workplace.ts";
import { createRepositoryHost } from "../repository-host.ts";
import { mirrorDirectory, SOURCE_REF } from "./mirror.ts";

let place: Workplace;
let root: string;
beforeEach(() => {
  place = createWorkplace();
  root = join(place.directory, "a source\nwith a line break");
});
afterEach(() => place.remove());

async function importPath(path: string) {
  const repository = place.repositoryAt(path);
  const result = await place.host.import(repository);
  const mirror = mirrorDirectory(place.dataDirectory, repository.id);
  return { repository, result, mirror };
}

describe("import of a git repository", () => {
  it("brings the whole history of a branch, and what came since", async () => {
    makeRepository(root, { "a.txt": "one\n" });
    const first = commitAll(root, "second");
    const { repository, result, mirror } = await importPath(root);
    expect(result).toEqual({ isGit: true, headCommit: first, headBranch: "main" });
    expect(userGit(mirror, ["rev-list", "--count", SOURCE_REF])).toBe("2");
    const next = commitAll(root, "third");
    expect((await place.host.import(repository)).headCommit).toBe(next);
    userGit(root, ["reset", "--quiet", "--hard", "HEAD~2"]);
    expect((await place.host.import(repository)).headCommit).toBe(userGit(root, ["rev-parse", "HEAD"]));
  });

  it("may be asked for by several processes at once", async () => {
    const head = makeRepository(root, { "a.txt": "one\n" });
    const repository = place.repositoryAt(root);
    const { dataDirectory, git, runner } = place;
    const hosts = [1, 2, 3].map(() => createRepositoryHost({ dataDirectory, git, runner, nowMs: Date.now }));
    const results = await Promise.all(hosts.map((host) => host.import(repository)));
    expect(results.map(({ headCommit }) => headCommit)).toEqual([head, head, head]);
    expect(readdirSync(join(dataDirectory, "repositories", repository.id))).toEqual(["mirror.git"]);
  });

  it("takes a detached HEAD, and a branch without commits", async () => {
    const head = makeRepository(root, { "a.txt": "one\n" });
    userGit(root, ["checkout", "--quiet", "--detach"]);
    expect((await importPath(root)).result).toEqual({ isGit: true, headCommit: head, headBranch: null });
    const empty = join(place.directory, "empty");
    mkdirSync(empty);
    userGit(empty, ["init", "--quiet"]);
    const imported = await importPath(empty);
    expect(imported.result).toEqual({ isGit: true, headCommit: null, headBranch: "main" });
    writeTree(empty, { "new.txt": "untracked" });
    const snapshot = await place.host.snapshot(imported.repository);
    expect(userGit(imported.mirror, ["show", `${snapshot}:new.txt`])).toBe("untracked");
  });

  it("keeps the source's settings, hooks and alternates out of the mirror", async () => {
    const origin = join(place.directory, "origin");
    const head = makeRepository(origin, { "a.txt": "one\n" });
    userGit(place.directory, ["clone", "--quiet", "--shared", origin, root]);
    userGit(root, ["config", "remote.evil.url", "ext::sh"]);
    writeFileSync(join(root, ".git/info/exclude"), "*.private\n");
    const { result, mirror } = await importPath(root);
    expect(result.headCommit).toBe(head);
    rmSync(origin, { recursive: true });
    expect(userGit(mirror, ["show", `${SOURCE_REF}:a.txt`])).toBe("one");
    expect(readFileSync(join(mirror, "config"), "utf8")).not.toContain("evil");
    expect(readFileSync(join(mirror, "info/exclude"), "utf8")).toBe("*.private\n");
    expect(() => readFileSync(join(mirror, "objects/info/alternates"))).toThrow();
    userGit(mirror, ["fsck", "--strict"]);
  });

  it("takes a linked worktree, a shallow clone, and a repository with SHA-256", async () => {
    const main = join(place.directory, "main");
    makeRepository(main, { "a.txt": "one\n" });
    const head = commitAll(main, "second");
    userGit(main, ["worktree", "add", "--quiet", "-b", "side", root]);
    writeTree(root, { "side.txt": "side\n" });
    const side = commitAll(root, "on the side");
    expect((await importPath(root)).result).toEqual({ isGit: true, headCommit: side, headBranch: "side" });
    const shallow = join(place.directory, "shallow");
    userGit(place.directory, ["clone", "--quiet", "--depth=1", `file://${main}`, shallow]);
    expect((await importPath(shallow)).result.headCommit).toBe(head);
    const long = join(place.directory, "long");
    const longHead = makeRepository(long, { "a.txt": "one\n" }, ["--object-format=sha256"]);
    const imported = await importPath(long);
    expect(imported.result.headCommit).toBe(longHead);
    writeTree(long, { "a.txt": "dirty\n" });
    expect(await place.host.snapshot(imported.repository)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is not broken by names that are no UTF-8, submodules, or file names with line breaks", async () => {
    const inner = join(place.directory, "inner");
    makeRepository(inner, { "inner.txt": "inner\n" });
    makeRepository(root, { 'odd\n"name\\.txt': "odd\n" });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "latin\n");
    userGit(root, ["submodule", "--quiet", "add", inner, "vendored"]);
    const head = commitAll(root, "odd names");
    const { repository, result } = await importPath(root);
    expect(result.headCommit).toBe(head);
    expect(await place.host.snapshot(repository)).toBe(head);
    const ids = { taskId: place.newId("tsk"), runId: place.newId("run"), fence: 1 };
    const worktree = await place.host.openWorktree({
      repository,
      ...ids,
      baseCommit: head as never,
    });
    const odd = await worktree.files.read('odd\n"name\\.txt');
    expect(Buffer.from(odd.bytes).toString()).toBe("odd\n");
    expect(await worktree.isChanged()).toBe(false);
    expect(await worktree.files.find("**", 10)).toEqual({
      paths: [".gitmodules", 'odd\n"name\\.txt'],
      truncated: false,
    });
  });
});

describe("import of a plain folder", () => {
  it("makes one commit, and another only when something changed", async () => {
    writeTree(root, {
      "main.py": "print()\r\n",
      "sub/data.bin": Buffer.from([0, 255, 13, 10]),
      "node_modules/x/index.js": "no",
      "env/pyvenv.cfg": "no",
      "env/lib/x.py": "no",
      ".gitattributes": "* text eol=lf\n",
    });
    symlinkSync("main.py", join(root, "link"));
    chmodSync(join(root, "main.py"), 0o755);
    const { repository, result, mirror } = await importPath(root);
    expect(result).toMatchObject({ isGit: false, headBranch: null });
    expect(
      userGit(mirror, ["ls-tree", "-r", SOURCE_REF])
        .replaceAll(/ blob [0-9a-f]+\t/g, " ")
        .split("\n"),
    ).toEqual(["100644 .gitattributes", "120000 link", "100755 main.py", "100644 sub/data.bin"]);
    expect((await place.host.import(repository)).headCommit).toBe(result.headCommit);
    rmSync(join(root, "link"));
    writeTree(root, { "main.py": "print(1)\r\n" });
    const again = await place.host.import(repository);
    expect(again.headCommit).not.toBe(result.headCommit);
    expect(userGit(mirror, ["rev-parse", `${SOURCE_REF}~`])).toBe(result.headCommit);
    expect(userGit(mirror, ["show", "--stat", "--format=", SOURCE_REF])).toContain("2 files changed");
  });

  it("may be asked for by several processes at once, again and again", async () => {
    const repository = place.repositoryAt(root);
    const { dataDirectory, git, runner } = place;
    const hosts = [1, 2, 3, 4].map(() => createRepositoryHost({ dataDirectory, git, runner, nowMs: Date.now }));
    for (let round = 0; round < 4; round++) {
      writeTree(root, { "a.txt": `round ${round}\n` });
      const results = await Promise.all(hosts.map((host) => host.import(repository)));
      for (const { headCommit } of results)
        expect(userGit(mirrorDirectory(dataDirectory, repository.id), ["show", `${headCommit}:a.txt`])).toBe(
          `round ${round}`,
        );
    }
  });

  it("has no commit when it is empty", async () => {
    mkdirSync(root);
    expect((await importPath(root)).result).toEqual({ isGit: false, headCommit: null, headBranch: null });
  });
});

describe("what is no source", () => {
  const cases: [string, () => string | { type: "url"; url: string } | { type: "bundle"; bundle: string }, object][] = [
    ["a missing path", () => join(place.directory, "nowhere"), { code: "not_found" }],
    ["a file", () => join(root, "a.txt"), { code: "invalid_input" }],
    ["a relative path", () => "source", { code: "invalid_input" }],
    [
      "a folder in a repository",
      () => join(root, "sub"),
      { code: "invalid_input", details: expect.objectContaining({ toplevel: expect.any(String) }) },
    ],
    ["a git directory", () => join(root, ".git"), { code: "invalid_input" }],
    [
      "a URL",
      () => ({ type: "url", url: "https://localhost/x.git" }),
      { code: "invalid_input", message: /not supported yet.*"path"/ },
    ],
    ["a bundle", () => ({ type: "bundle", bundle: "x" }), { code: "invalid_input", message: /not supported yet/ }],
  ];
  it.each(cases)("%s is refused", async (_name, source, error) => {
    makeRepository(root, { "a.txt": "one\n", "sub/b.txt": "two\n" });
    const given = source();
    const repository = {
      ...place.repositoryAt(root),
      ...(typeof given === "string" ? { source: { type: "path" as const, path: given } } : { source: given }),
    };
    await expect(place.host.import(repository)).rejects.toMatchObject(error);
  });

  it.skipIf(process.getuid?.() === 0)("a directory closed to us is forbidden [needs an ordinary user]", async () => {
    mkdirSync(root, { mode: 0o000 });
    await expect(importPath(root)).rejects.toMatchObject({ code: "forbidden" });
    chmodSync(root, 0o700);
  });
});

describe("remove", () => {
  it("leaves nothing of the repository, and everything of others", async () => {
    const head = makeRepository(root, { "a.txt": "one\n" });
    const gone = await importPath(root);
    const kept = await importPath(root);
    const ids = () => ({ taskId: place.newId("tsk"), runId: place.newId("run"), fence: 1, baseCommit: head as never });
    const goneTree = await place.host.openWorktree({ repository: gone.repository, ...ids() });
    const keptTree = await place.host.openWorktree({ repository: kept.repository, ...ids() });
    await place.host.remove(gone.repository.id);
    expect(() => readFileSync(join(goneTree.root, "a.txt"))).toThrow();
    expect(() => readFileSync(join(gone.mirror, "config"))).toThrow();
    expect(readFileSync(join(keptTree.root, "a.txt"), "utf8")).toBe("one\n");
    expect(await keptTree.isChanged()).toBe(false);
  });
});
