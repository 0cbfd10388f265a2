// Forced pushes, rewritten history, protected branches: whatever names a branch, a commit, a HEAD or a configuration, the remote keeps what it has.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeTargets } from "@outpost/core";
import type { AppliedCommit, Change, GitObjectId, Repository } from "@outpost/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeChange } from "../fixture/make-change.ts";
import { commitAll, createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";
import { createChangeTargets } from "./create-change-targets.ts";
import { oddBranches } from "./odd-branches.fixture.ts";

const words = { instruction: "Change a line", author: "Robo <robo@example.invalid>" };

let workplace: Workplace;
let source: string;
let remote: string;
let repository: Repository;
let targets: ChangeTargets;
let applied: AppliedCommit;
let odd: Change;
let marker: string;
let count = 0;

beforeAll(async () => {
  workplace = createWorkplace();
  [source, remote, marker] = ["source", "remote.git", "ran"].map((name) => join(workplace.directory, name)) as [
    string,
    string,
    string,
  ];
  makeRepository(source, { "a.txt": "one\n" });
  mkdirSync(remote);
  userGit(remote, ["init", "--quiet", "--bare"]);
  userGit(source, ["push", "--quiet", remote, "main", "main:refs/heads/release/1", "main:refs/tags/v1"]);
  repository = workplace.repositoryAt(source);
  const { git, dataDirectory } = workplace;
  targets = createChangeTargets({
    ...{ git, dataDirectory, nowMs: Date.now, remotes: { example: remote } },
    ...{ protectedBranches: ["main", "release/*", "*/prod"], allowedBranches: [] },
  });
});
afterAll(() => workplace.remove());

const refs = (at: string) => userGit(at, ["for-each-ref", "--format=%(refname) %(objectname)"]);
/** A commit on a local branch of its own, not pushed yet. */
async function commitOn(branch: string): Promise<AppliedCommit> {
  const change = await makeChange(workplace, repository, { [`file-${count++}`]: "new\n" });
  return (await targets.commitToBranch(repository, change, branch, words)).commit;
}
/** Somebody else's commit on a branch of the remote; the source and the mirror do not have it. */
function theirs(branch: string, from: string): string {
  const clone = join(workplace.directory, `clone-${count++}`);
  userGit(workplace.directory, ["clone", "--quiet", remote, clone]);
  userGit(clone, ["checkout", "--quiet", "-B", branch, from]);
  writeFileSync(join(clone, "theirs.txt"), `${count}\n`);
  const commit = commitAll(clone, "theirs");
  userGit(clone, ["push", "--quiet", "origin", branch]);
  return userGit(clone, ["rev-parse", commit || "HEAD"]);
}

const protectedNames = ["main", "MAIN", "Main", "release/1", "RELEASE/2", "eu/prod", "ma\u{131}n", "\u{ff4d}ain"];

describe("no push", () => {
  beforeAll(async () => {
    applied = await commitOn("outpost/first");
    odd = await makeChange(workplace, repository, { "a.txt": "odd\n" });
  });

  it.each([...oddBranches, ...protectedNames])("goes to the branch %j", async (branch) => {
    const [before, local] = [refs(remote), refs(source)];
    const code = protectedNames.includes(branch) ? "forbidden" : "invalid_input";
    await expect(targets.push(repository, { ...applied, branch })).rejects.toMatchObject({ code });
    await expect(targets.commitToBranch(repository, odd, branch, words)).rejects.toMatchObject({ code });
    expect([refs(remote), refs(source)]).toEqual([before, local]);
  });

  it.each(["", "HEAD", "main", "--mirror", "+COMMIT", "COMMIT^", "COMMIT:refs/heads/main", "COMMIT..main", ":", "*"])(
    "is made of %j instead of a commit",
    async (given) => {
      const before = refs(remote);
      const commit = given.replace("COMMIT", applied.commit) as GitObjectId;
      await expect(targets.push(repository, { ...applied, commit })).rejects.toMatchObject({ code: "invalid_input" });
      expect(refs(remote)).toBe(before);
    },
  );
});

describe("a branch that moved on at the remote", () => {
  it.each<[string, (branch: string, ours: AppliedCommit) => void]>([
    ["on top of ours", (branch) => void theirs(branch, `origin/${branch}`)],
    ["beside ours", (branch) => void theirs(branch, "origin/main")],
    ["to an older commit", (branch) => void userGit(remote, ["update-ref", `refs/heads/${branch}`, "main"])],
  ])("%s keeps what it has, or goes forward", async (how, moveOn) => {
    const branch = `moved/${count++}`;
    const first = await commitOn(branch);
    await targets.push(repository, first);
    if (how === "beside ours") userGit(remote, ["update-ref", "-d", `refs/heads/${branch}`]);
    moveOn(branch, first);
    const held = userGit(remote, ["rev-parse", branch]);
    const second = await commitOn(branch);
    const pushed = await targets.push(repository, second).catch((error: { code: string }) => error.code);
    const now = userGit(remote, ["rev-parse", branch]);
    if (how === "to an older commit") expect([pushed, now]).toEqual([remote, second.commit]);
    else expect([pushed, now]).toEqual(["conflict", held]);
    expect(() => userGit(remote, ["merge-base", "--is-ancestor", held, now])).not.toThrow();
  });

  it("is not made again when it was deleted, but as a new branch of the whole commit", async () => {
    const first = await commitOn("gone/again");
    await targets.push(repository, first);
    userGit(remote, ["update-ref", "-d", "refs/heads/gone/again"]);
    await targets.push(repository, first);
    expect(userGit(remote, ["rev-parse", "gone/again"])).toBe(first.commit);
  });
});

describe("the source's own words", () => {
  const hook = () => `#!/bin/sh\ntouch ${marker}\n`;
  function plantHooks(directory: string): void {
    mkdirSync(directory, { recursive: true });
    for (const name of ["pre-push", "reference-transaction", "post-update", "push-to-checkout", "pre-auto-gc"]) {
      writeFileSync(join(directory, name), hook());
      chmodSync(join(directory, name), 0o755);
    }
  }

  it("in hooks and configuration change nothing of a push", async () => {
    plantHooks(join(source, ".git/hooks"));
    const settings = {
      "push.default": "matching",
      "push.followTags": "true",
      "push.gpgSign": "true",
      "remote.pushDefault": "evil",
      "remote.evil.mirror": "true",
      "remote.evil.push": "+refs/heads/*:refs/heads/*",
      [`remote.${remote}.push`]: "+refs/heads/*:refs/heads/*",
      [`url.${join(workplace.directory, "elsewhere.git")}.pushInsteadOf`]: remote,
      "credential.helper": `!touch ${marker}`,
      "core.sshCommand": `touch ${marker}`,
      "remote.evil.receivepack": `touch ${marker}`,
    };
    for (const [name, value] of Object.entries(settings)) userGit(source, ["config", name, value]);
    const before = refs(remote);
    const commit = await commitOn("outpost/hooked");
    expect(await targets.push(repository, commit)).toBe(remote);
    expect(
      refs(remote)
        .split("\n")
        .filter((line) => !before.includes(line)),
    ).toEqual([`refs/heads/outpost/hooked ${commit.commit}`]);
    expect(existsSync(marker)).toBe(false);
  });

  it.each(["x:refs/heads/main", "+main", "../../../x", "refs/heads/main", "x y", "-f"])(
    "in HEAD, naming %j, make no commit",
    async (name) => {
      const head = readFileSync(join(source, ".git/HEAD"), "utf8");
      const change = await makeChange(workplace, repository, { "a.txt": "headless\n" });
      const listing = readdirSync(join(source, ".git"), { recursive: true }).length;
      writeFileSync(join(source, ".git/HEAD"), `ref: refs/heads/${name}\n`);
      try {
        await expect(targets.prepareCheckoutCommit(repository, change, words)).rejects.toMatchObject({
          code: expect.stringMatching(/invalid_input|conflict/),
        });
      } finally {
        writeFileSync(join(source, ".git/HEAD"), head);
      }
      expect(readdirSync(join(source, ".git"), { recursive: true })).toHaveLength(listing);
    },
  );
});

describe("history", () => {
  beforeEach(() => userGit(source, ["checkout", "--quiet", "main"]));

  it("is not taken back once it was pushed: a revert adds a commit", async () => {
    const change = await makeChange(workplace, repository, { "a.txt": "to be taken back\n" });
    const { commit } = await targets.commitToBranch(repository, change, "outpost/back", words);
    const pushedTo = await targets.push(repository, commit);
    const pushed = { ...commit, pushedTo };
    await expect(targets.revertBranch(repository, change, pushed, { ...words, threeWay: false })).rejects.toMatchObject(
      { code: "conflict" },
    );
    const tip = await targets.revertBranch(repository, change, pushed, { ...words, threeWay: true });
    expect(userGit(source, ["rev-parse", `${tip}^`])).toBe(commit.commit);
  });
});

describe("git", () => {
  /** Every file of ours that is not a test. */
  const sources = readdirSync(new URL("../", import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(?:test|fixture)\.ts$|^fixture\//.test(path))
    .map((path) => [path, readFileSync(new URL(`../${path}`, import.meta.url), "utf8")] as const);

  it("is told to push in one place, and nowhere to force", () => {
    expect(sources.length).toBeGreaterThan(60);
    const holding = (words: RegExp) => sources.filter(([, text]) => words.test(text)).map(([path]) => path);
    expect(holding(/"(?:push|send-pack|http-push|receive-pack)"/)).toEqual(["targets/push.ts"]);
    expect(holding(/^\s*remote,$/m)).toEqual(["targets/push.ts"]);
    const [, push = ""] = sources.find(([path]) => path === "targets/push.ts") ?? [];
    expect(push).toMatch(/"--porcelain"/);
    expect(push).not.toMatch(/"-f"|"--(?:force|mirror|delete|all|tags|prune|follow)|["`]\+/);
  });
});
