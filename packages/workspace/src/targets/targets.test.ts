// Commits on branches of a source, commits after an apply, pushes: what git of the user sees afterwards, and what is refused.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeTargets } from "@outpost/core";
import type { Change, Repository } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeChange } from "../fixture/make-change.ts";
import { photograph } from "../fixture/photograph.ts";
import { commitAll, createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";
import { createChangeTargets } from "./create-change-targets.ts";

const words = { instruction: "Say hello twice\nand more", author: "Robo <robo@example.invalid>" };
const lines = (...numbers: (number | string)[]) => numbers.map((number) => `${number}\n`).join("");

let workplace: Workplace;
let source: string;
let repository: Repository;
let remote: string;
let targets: ChangeTargets;
beforeEach(() => {
  workplace = createWorkplace();
  source = join(workplace.directory, "source");
  remote = join(workplace.directory, "remote.git");
  makeRepository(source, { "a.txt": lines(1, 2, 3, 4, 5), "b/c.txt": "c\n", gone: "x\n" });
  repository = workplace.repositoryAt(source);
  const { git, dataDirectory } = workplace;
  targets = createChangeTargets({
    git,
    dataDirectory,
    nowMs: Date.now,
    remotes: { example: remote },
    protectedBranches: ["main", "release/*"],
    allowedBranches: ["release/open"],
  });
});
afterEach(() => workplace.remove());

const git = (...args: string[]) => userGit(source, args);
const change = (): Promise<Change> =>
  makeChange(workplace, repository, {
    "a.txt": lines(1, "two", 3, 4, 5),
    "new/d.bin": new Uint8Array([0, 255]),
    gone: null,
  });
/** Everything of the user's repository but its objects. */
const state = () =>
  Object.fromEntries(Object.entries(photograph(source)).filter(([path]) => !path.startsWith(".git/objects/")));

describe("target branch", () => {
  it("makes one commit on a new branch, and nothing else of the repository changes", async () => {
    const wished = await change();
    const before = state();
    const { files, commit } = await targets.commitToBranch(repository, wished, "outpost/x", words);
    expect(files.map(({ path }) => path)).toEqual(["a.txt", "gone", "new/d.bin"]);
    expect(git("rev-parse", "outpost/x")).toBe(commit.commit);
    expect(git("log", "-1", "--format=%an <%ae>|%cn|%s|%b", "outpost/x")).toBe(
      `Robo <robo@example.invalid>|Robo|Say hello twice|what was done\n\nOutpost-Task: ${wished.taskId}\nOutpost-Change: 1`,
    );
    expect(git("show", "outpost/x:a.txt")).toBe(lines(1, "two", 3, 4, 5).trim());
    expect(git("diff", "--name-status", "main", "outpost/x")).toBe("M\ta.txt\nD\tgone\nA\tnew/d.bin");
    expect(git("rev-parse", "outpost/x^{tree}")).toBe(wished.tree);
    expect(git("fsck", "--strict", "--no-dangling")).toBe("");
    expect({ ...state(), ".git/refs/heads/outpost/x": "" }).toEqual({ ...before, ".git/refs/heads/outpost/x": "" });
  });

  it("says the same again when it is repeated, also after a crash that left no record", async () => {
    const wished = await change();
    const first = await targets.commitToBranch(repository, wished, "x", words);
    expect((await targets.commitToBranch(repository, wished, "x", words)).commit.commit).toBe(first.commit.commit);
    expect(git("rev-list", "--count", "main..x")).toBe("1");
  });

  it("merges with what the branch holds beyond the base, or shows the lines that stand against each other", async () => {
    const wished = await change();
    git("checkout", "--quiet", "-b", "side");
    writeFileSync(join(source, "a.txt"), lines(0, 1, 2, 3, 4, 5));
    commitAll(source, "theirs");
    git("checkout", "--quiet", "main");
    await targets.commitToBranch(repository, wished, "side", words);
    expect(git("show", "side:a.txt")).toBe(lines(0, 1, "two", 3, 4, 5).trim());

    git("checkout", "--quiet", "-b", "against", "main");
    writeFileSync(join(source, "a.txt"), lines(1, "zwei", 3, 4, 5));
    commitAll(source, "against");
    git("checkout", "--quiet", "main");
    const before = state();
    await expect(targets.commitToBranch(repository, wished, "against", words)).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [{ path: "a.txt", hunks: [{ startLine: 2, current: ["zwei"], wanted: ["two"] }] }] },
    });
    expect(state()).toEqual(before);
  });

  it.each([
    ["checked out", "side", "conflict"],
    ["checked out in a linked worktree", "linked", "conflict"],
    ["protected", "main", "forbidden"],
    ["protected by its prefix", "release/1", "forbidden"],
    ["no name", "a..b", "invalid_input"],
    ["below another branch", "linked/x", "conflict"],
    ["above another branch", "deep", "conflict"],
    ["a way out", "../../x", "invalid_input"],
  ])("refuses a branch that is %s", async (_, branch, code) => {
    const wished = await change();
    git("checkout", "--quiet", "-b", "side");
    git("branch", "deep/er");
    git("worktree", "add", "--quiet", "-b", "linked", join(workplace.directory, "linked"));
    git("pack-refs", "--all");
    const before = state();
    await expect(targets.commitToBranch(repository, wished, branch, words)).rejects.toMatchObject({ code });
    expect(state()).toEqual(before);
  });

  it("waits for git's own lock rather than breaking it", async () => {
    const wished = await change();
    writeFileSync(join(source, ".git/refs/heads/x.lock"), "");
    await expect(targets.commitToBranch(repository, wished, "x", words)).rejects.toMatchObject({ retryable: true });
    expect(existsSync(join(source, ".git/refs/heads/x.lock"))).toBe(true);
  });

  it("reverts: the branch goes back, or is gone; with commits on top it offers a commit that takes the change out", async () => {
    const wished = await change();
    const before = state();
    const made = await targets.commitToBranch(repository, wished, "outpost/y", words);
    git("pack-refs", "--all");
    const revert = (applied: typeof made.commit, threeWay = false) =>
      targets.revertBranch(repository, wished, applied, { ...words, threeWay });
    expect(await revert(made.commit)).toBeNull();
    expect(git("for-each-ref", "--format=%(refname)", "refs/heads")).toBe("refs/heads/main");
    expect(await revert(made.commit)).toBeNull();

    const again = await targets.commitToBranch(repository, wished, "outpost/y", words);
    git("checkout", "--quiet", "outpost/y");
    writeFileSync(join(source, "a.txt"), lines(1, "two", 3, 4, 5, 6));
    commitAll(source, "on top");
    git("checkout", "--quiet", "main");
    await expect(revert(again.commit)).rejects.toMatchObject({ code: "conflict", details: { threeWay: true } });
    expect(await revert(again.commit, true)).toBe(git("rev-parse", "outpost/y"));
    expect(git("diff", "--name-status", "main", "outpost/y")).toBe("M\ta.txt");
    expect(git("show", "outpost/y:a.txt")).toBe(lines(1, 2, 3, 4, 5, 6).trim());
    expect(photograph(source)["a.txt"]).toBe(before["a.txt"]);
  });
});

describe("target checkout with a commit", () => {
  const applyAndCommit = async (wished: Change) => {
    const commit = await targets.prepareCheckoutCommit(repository, wished, words);
    const applied = await workplace.host.apply(repository, wished);
    return { ...applied, commit: await commit() };
  };

  it("commits the change's lines and paths only: the user's own edits, staged and not, stay as they are", async () => {
    const wished = await change();
    writeFileSync(join(source, "a.txt"), lines(1, 2, 3, 4, "mine"));
    writeFileSync(join(source, "b/c.txt"), "staged\n");
    git("add", "b/c.txt");
    writeFileSync(join(source, "b/c.txt"), "and more\n");
    writeFileSync(join(source, "untracked"), "u");
    const { commit, files, undo } = await applyAndCommit(wished);
    expect(git("rev-parse", "HEAD")).toBe(commit.commit);
    expect(git("symbolic-ref", "HEAD")).toBe("refs/heads/main");
    expect(git("show", "HEAD:a.txt")).toBe(lines(1, "two", 3, 4, 5).trim());
    expect(readFileSync(join(source, "a.txt"), "utf8")).toBe(lines(1, "two", 3, 4, "mine"));
    expect(
      git("status", "--porcelain")
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(["M a.txt", "MM b/c.txt", "?? untracked"]);
    expect(git("diff", "--cached", "--name-only")).toBe("b/c.txt");
    expect(git("fsck", "--strict", "--no-dangling")).toBe("");

    await workplace.host.revert(repository, files, undo);
    expect(await targets.revertCheckoutCommit(repository, commit)).toBeNull();
    expect(git("rev-parse", "HEAD")).toBe(commit.previous);
    expect(
      git("status", "--porcelain")
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(["M a.txt", "MM b/c.txt", "?? untracked"]);
    expect(git("diff", "--cached", "--name-only")).toBe("b/c.txt");
  });

  it.each<[string, () => void, RegExp]>([
    ["HEAD is detached", () => git("checkout", "--quiet", "--detach"), /detached/],
    [
      "a path has staged changes",
      () => {
        writeFileSync(join(source, "a.txt"), "s\n");
        git("add", "a.txt");
        writeFileSync(join(source, "a.txt"), lines(1, 2, 3, 4, 5));
      },
      /staged changes/,
    ],
    [
      "an added path is staged",
      () => {
        mkdirSync(join(source, "new"));
        writeFileSync(join(source, "new/d.bin"), "s");
        git("add", "new");
      },
      /staged changes/,
    ],
    ["a merge is under way", () => writeFileSync(join(source, ".git/MERGE_HEAD"), ""), /a merge is under way/],
  ])("refuses, before anything is written, where %s", async (_, meddle, message) => {
    const wished = await change();
    meddle();
    const before = state();
    await expect(applyAndCommit(wished)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(message),
    });
    expect(state()).toEqual(before);
  });

  it("commits nothing when the branch or the index is taken meanwhile", async () => {
    const wished = await change();
    for (const meddle of [
      () => writeFileSync(join(source, ".git/index.lock"), ""),
      () => {
        git("update-index", "--assume-unchanged", "b/c.txt");
        commitAll(source, "theirs");
      },
    ]) {
      const commit = await targets.prepareCheckoutCommit(repository, wished, words);
      meddle();
      const before = state();
      await expect(commit()).rejects.toMatchObject({ code: "conflict" });
      expect(state()).toEqual(before);
      rmSync(join(source, ".git/index.lock"), { force: true });
    }
  });

  it("leaves a commit that others followed, and says so", async () => {
    const { commit } = await applyAndCommit(await change());
    commitAll(source, "followed");
    const head = git("rev-parse", "HEAD");
    expect(await targets.revertCheckoutCommit(repository, commit)).toMatch(/stays, since others followed/);
    expect(git("rev-parse", "HEAD")).toBe(head);
  });
});

describe("push", () => {
  beforeEach(() => {
    mkdirSync(remote);
    userGit(remote, ["init", "--quiet", "--bare"]);
  });
  const atRemote = () => userGit(remote, ["for-each-ref", "--format=%(refname) %(objectname)"]);

  it("pushes the commit to a branch of its own; never by force, never to a protected one unless allowed by name", async () => {
    const { commit } = await targets.commitToBranch(repository, await change(), "outpost/z", words);
    expect(await targets.push(repository, commit)).toBe(remote);
    expect(atRemote()).toBe(`refs/heads/outpost/z ${commit.commit}`);
    expect(await targets.push(repository, commit)).toBe(remote);
    await expect(targets.push(repository, { ...commit, branch: "main" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(targets.push(repository, { ...commit, branch: "RELEASE/2" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await targets.push(repository, { ...commit, branch: "release/open" });

    const other = await makeChange(workplace, repository, { "a.txt": "other\n" });
    const second = await targets.commitToBranch(repository, other, "other", words);
    const before = atRemote();
    await expect(targets.push(repository, { ...second.commit, branch: "outpost/z" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(atRemote()).toBe(before);
  });

  it("needs a remote that the operator configured", async () => {
    const { commit } = await targets.commitToBranch(repository, await change(), "w", words);
    await expect(targets.push({ ...repository, name: "unknown" }, commit)).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(atRemote()).toBe("");
  });
});
