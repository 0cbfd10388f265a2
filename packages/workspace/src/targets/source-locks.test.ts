// Locks in a source whose server was killed: taken away at the next start, and no others. A holder that never goes on stands for the killed one:
// what it leaves on the disk is the same.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { walkDirectories } from "@outpost/checkout";
import type { ChangeTargets } from "@outpost/core";
import type { Change, Repository } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeChange } from "../fixture/make-change.ts";
import { createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";
import { lockRecordsDirectory } from "../mirror/mirror.ts";
import { createChangeTargets } from "./create-change-targets.ts";
import { underLock } from "./source-locks.ts";

const words = { instruction: "Say hello", author: "Robo <robo@example.invalid>" };

let workplace: Workplace;
let source: string;
let repository: Repository;
let targets: ChangeTargets;
beforeEach(() => {
  workplace = createWorkplace();
  source = join(workplace.directory, "source");
  makeRepository(source, { "a.txt": "a\n" });
  repository = workplace.repositoryAt(source);
  const { git, dataDirectory } = workplace;
  const push = { remotes: {}, protectedBranches: ["main"], allowedBranches: [] };
  targets = createChangeTargets({ git, dataDirectory, nowMs: Date.now, ...push });
});
afterEach(() => workplace.remove());

const gitFile = (...parts: string[]) => join(source, ".git", ...parts);
const change = (): Promise<Change> => makeChange(workplace, repository, { "a.txt": "b\n" });
const records = () => lockRecordsDirectory(workplace.dataDirectory, repository.id);
const recordsLeft = () => (existsSync(records()) ? readdirSync(records()) : []);

/** Resolves when the lock is held; it is not let go. */
async function hold(parts: string[], name: string, text: string): Promise<void> {
  const { directory } = await walkDirectories(gitFile(), parts);
  const place = { records: records(), directory, root: gitFile(), parts, name, what: "a test" };
  await new Promise<void>((resolve, reject) => {
    underLock({ ...place, bytes: Buffer.from(text), permissions: null }, () => {
      resolve();
      return new Promise(() => {});
    }).catch(reject);
  });
}

describe("a lock in a source", () => {
  it("that was held when the server was killed stands in nobody's way after the next start", async () => {
    await hold(["refs", "heads"], "wish", `${userGit(source, ["rev-parse", "HEAD"])}\n`);
    await hold([], "index", "the index that was to be");
    const wished = await change();
    await expect(targets.commitToBranch(repository, wished, "wish", words)).rejects.toMatchObject({
      code: "conflict",
      retryable: true,
      message: expect.stringContaining(gitFile("refs", "heads", "wish.lock")),
    });
    expect(() => userGit(source, ["add", "a.txt"])).toThrow(/index\.lock/);

    const lines = await workplace.host.recover();
    expect(lines.filter((line) => line.startsWith("removed the lock"))).toHaveLength(2);
    userGit(source, ["add", "a.txt"]);
    const { commit } = await targets.commitToBranch(repository, wished, "wish", words);
    expect(userGit(source, ["rev-parse", "wish"])).toBe(commit.commit);
    expect(await workplace.host.recover()).toEqual([]);
  });

  it("stays when it is another's, and its path is told", async () => {
    await hold([], "index", "ours");
    writeFileSync(gitFile("index.lock"), "not ours");
    const [line, ...more] = await workplace.host.recover();
    expect([line?.includes(gitFile("index.lock")), more]).toEqual([true, []]);
    expect(readFileSync(gitFile("index.lock"), "utf8")).toBe("not ours");
    expect(recordsLeft()).toEqual([]);
  });

  it("leaves no record when it is let go, could not be had, or what was done under it failed", async () => {
    await targets.commitToBranch(repository, await change(), "wish", words);
    expect(recordsLeft()).toEqual([]);
    writeFileSync(gitFile("refs", "heads", "other.lock"), "");
    await expect(hold(["refs", "heads"], "other", "x")).rejects.toMatchObject({ code: "conflict" });
    const { directory } = await walkDirectories(gitFile(), []);
    const place = { records: records(), directory, root: gitFile(), parts: [], name: "index", what: "a test" };
    const failing = underLock({ ...place, bytes: Buffer.from("x"), permissions: null }, () =>
      Promise.reject(new Error("no")),
    );
    await expect(failing).rejects.toThrow("no");
    await directory.close();
    expect([recordsLeft(), existsSync(gitFile("index.lock"))]).toEqual([[], false]);
  });
});
