import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkplace, makeRepository, userGit, type Workplace, writeTree } from "../fixture/workplace.ts";
import { mirrorDirectory } from "./mirror.ts";

let place: Workplace;
let root: string;
beforeEach(() => {
  place = createWorkplace();
  root = join(place.directory, "source");
});
afterEach(() => place.remove());

describe("a snapshot", () => {
  it("is HEAD plus every uncommitted and untracked file, byte for byte, and leaves the source as it was", async () => {
    const head = makeRepository(root, { "a.txt": "one\n", "gone.txt": "x", "run.sh": "x", ".gitignore": "*.log\n" });
    writeTree(root, {
      ".gitattributes": "* text=auto eol=lf\n",
      "a.txt": Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xe9]),
      "staged.txt": "staged\r\n",
      "new/untracked.txt": "u",
      "forced.log": "staged though ignored",
      "ignored.log": "no",
    });
    rmSync(join(root, "gone.txt"));
    chmodSync(join(root, "run.sh"), 0o755);
    symlinkSync("a.txt", join(root, "link"));
    userGit(root, ["add", "staged.txt"]);
    userGit(root, ["add", "--force", "forced.log"]);
    const index = readFileSync(join(root, ".git/index"));
    const repository = place.repositoryAt(root);
    const snapshot = await place.host.snapshot(repository);
    const mirror = mirrorDirectory(place.dataDirectory, repository.id);
    expect(userGit(mirror, ["rev-parse", `${snapshot}~`])).toBe(head);
    expect(userGit(mirror, ["diff-tree", "-r", "--name-status", head, snapshot]).split("\n")).toEqual([
      "A\t.gitattributes",
      "M\ta.txt",
      "A\tforced.log",
      "D\tgone.txt",
      "A\tlink",
      "A\tnew/untracked.txt",
      "M\trun.sh",
      "A\tstaged.txt",
    ]);
    const hash = userGit(mirror, ["hash-object", "--no-filters", join(root, "a.txt")]);
    expect(userGit(mirror, ["rev-parse", `${snapshot}:a.txt`])).toBe(hash);
    expect(userGit(mirror, ["cat-file", "-p", `${snapshot}:staged.txt`])).toBe("staged");
    expect(readFileSync(join(root, ".git/index"))).toEqual(index);
  });

  it("is HEAD itself when there is nothing else", async () => {
    const head = makeRepository(root, { "a.txt": "one\n" });
    expect(await place.host.snapshot(place.repositoryAt(root))).toBe(head);
  });

  it("takes what a sparse checkout leaves out for present", async () => {
    const head = makeRepository(root, { "in/a.txt": "one\n", "out/b.txt": "two\n" });
    userGit(root, ["sparse-checkout", "set", "--cone", "in"]);
    expect(() => readFileSync(join(root, "out/b.txt"))).toThrow();
    const repository = place.repositoryAt(root);
    expect(await place.host.snapshot(repository)).toBe(head);
    writeFileSync(join(root, "in/a.txt"), "changed\n");
    const snapshot = await place.host.snapshot(repository);
    const mirror = mirrorDirectory(place.dataDirectory, repository.id);
    expect(userGit(mirror, ["diff-tree", "-r", "--name-status", head, snapshot])).toBe("M\tin/a.txt");
  });

  it("sees a change of equal size that keeps the time of the file", async () => {
    makeRepository(root, { "a.txt": "one\n" });
    const repository = place.repositoryAt(root);
    writeFileSync(join(root, "a.txt"), "two\n");
    const first = await place.host.snapshot(repository);
    writeFileSync(join(root, "a.txt"), "six\n");
    const second = await place.host.snapshot(repository);
    const mirror = mirrorDirectory(place.dataDirectory, repository.id);
    expect(userGit(mirror, ["show", `${first}:a.txt`])).toBe("two");
    expect(userGit(mirror, ["show", `${second}:a.txt`])).toBe("six");
  });
});
