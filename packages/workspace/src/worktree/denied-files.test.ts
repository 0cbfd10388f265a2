// Denied files are nowhere in a worktree, and stay in every commit of it as they were.
import { existsSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileRules, OpenWorktree, Worktree } from "@outpost/core";
import type { GitObjectId } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkplace, importForRun, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";

const rules: FileRules = {
  judge: (path) => ({
    access: /(^|\/)\.env$|^private(\/|$)/.test(path) ? "deny" : path === "locked.txt" ? "read" : "write",
    reason: "says the test",
    rule: null,
  }),
};

let place: Workplace;
let source: string;
let request: OpenWorktree;
let worktree: Worktree;

beforeEach(async () => {
  place = createWorkplace();
  source = join(place.directory, "source");
  makeRepository(source, {
    ".env": "TOKEN=marmot\n",
    "sub/.env": "TOKEN=marmot\n",
    "private/a.txt": "marmot\n",
    "locked.txt": "read only\n",
    "open.txt": "open\n",
  });
  request = { ...(await importForRun(place, source)), fileRules: rules };
  worktree = await place.host.openWorktree(request);
});
afterEach(() => place.remove());

describe("denied files", () => {
  it("are not there for tools and commands", async () => {
    for (const path of [".env", "sub/.env", "private/a.txt"]) {
      expect(existsSync(join(worktree.root, path))).toBe(false);
      await expect(worktree.files.read(path)).rejects.toMatchObject({ code: "forbidden" });
      await expect(worktree.files.write(path, Buffer.from("x"), null)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect((await worktree.files.find("**/*", 50)).paths.sort()).toEqual(["locked.txt", "open.txt"]);
    const listed = await worktree.files.list(".");
    expect(listed.entries.map(({ name }) => name)).not.toContain(".env");
    expect((await worktree.git.grep({ pattern: "marmot", regex: false, ignoreCase: true, limit: 9 })).matches).toEqual(
      [],
    );
  });

  it("stay in every record as they were, and what a command makes there is not taken", async () => {
    writeFileSync(join(worktree.root, "open.txt"), "changed\n");
    writeFileSync(join(worktree.root, ".env"), "TOKEN=mine\n");
    const checkpoint = await worktree.checkpoint(1);
    expect(checkpoint?.files).toEqual(["open.txt"]);
    expect((await worktree.diffToBase())?.files.map(({ path }) => path)).toEqual(["open.txt"]);
    await worktree.close();
    const again = await place.host.openWorktree({
      ...request,
      fence: 2,
      checkpoint: checkpoint?.commit as GitObjectId,
    });
    expect(readdirSync(again.root)).toEqual(expect.arrayContaining(["locked.txt", "open.txt"]));
    expect(existsSync(join(again.root, ".env"))).toBe(false);
    expect((await again.diffToBase())?.files.map(({ path }) => path)).toEqual(["open.txt"]);
    expect(userGit(source, ["status", "--porcelain"])).toBe("");
  });

  it("that may only be read are read", async () => {
    const { bytes, sha256 } = await worktree.files.read("locked.txt");
    expect(Buffer.from(bytes).toString()).toBe("read only\n");
    await expect(worktree.files.write("locked.txt", Buffer.from("x"), sha256)).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(worktree.files.remove("locked.txt", sha256)).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each<[string, (path: string) => void]>([
    ["writes into them", (path) => writeFileSync(path, "mine\n")],
    ["removes them", (path) => rmSync(path)],
    ["renames another file to them", (path) => renameSync(join(path, "../open.txt"), path)],
    [
      "puts a link there",
      (path) => {
        rmSync(path);
        symlinkSync("open.txt", path);
      },
    ],
  ])("that may only be read stay in every record as they were when a command %s", async (_, meddle) => {
    meddle(join(worktree.root, "locked.txt"));
    writeFileSync(join(worktree.root, "new.txt"), "new\n");
    const checkpoint = await worktree.checkpoint(1);
    expect(checkpoint?.files).not.toContain("locked.txt");
    expect(checkpoint?.files).toContain("new.txt");
    expect((await worktree.diffToBase())?.files.map(({ path }) => path)).not.toContain("locked.txt");
  });
});
