// Unified diffs from git, from `diff -u` and from mails become exactly the change they are, or are refused with a reason and nothing written.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PatchIntake } from "@outpost/core";
import { GitObjectId, type Repository } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Edits, writeEdits } from "../fixture/make-change.ts";
import { photograph } from "../fixture/photograph.ts";
import { createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";
import { createPatchIntake } from "./create-patch-intake.ts";

const lines = (...numbers: (number | string)[]) => numbers.map((number) => `${number}\n`).join("");
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

let workplace: Workplace;
let source: string;
let repository: Repository;
let intake: PatchIntake;
let baseCommit: GitObjectId;
beforeAll(async () => {
  workplace = createWorkplace();
  source = join(workplace.directory, "source");
  makeRepository(source, {
    "a.txt": lines(1, 2, 3, 4, 5, 6, 7, 8, 9),
    "crlf.txt": "1\r\n2\r\n3\r\n4\r\n5\r\n",
    "latin.txt": latin1("caf\xe9\nsecond\n"),
    "sub dir/ü.txt": "x\ny",
    "binary.bin": new Uint8Array([1, 0, 2]),
    "big.txt": "x".repeat(300_000),
  });
  writeEdits(source, { link: { link: "sub dir" } });
  userGit(source, ["add", "--all"]);
  userGit(source, ["commit", "--quiet", "-m", "link"]);
  repository = workplace.repositoryAt(source);
  const { headCommit } = await workplace.host.import(repository);
  baseCommit = GitObjectId.parse(headCommit);
  const { git, dataDirectory } = workplace;
  intake = createPatchIntake({
    git,
    dataDirectory,
    nowMs: Date.now,
    maxPatchBytes: 400_000,
    maxPatchFileBytes: 200_000,
  });
});
afterAll(() => workplace.remove());

const receive = (patch: string | Uint8Array) =>
  intake.receive({
    repository,
    taskId: workplace.newId("tsk"),
    baseCommit,
    patch: typeof patch === "string" ? new TextEncoder().encode(patch) : patch,
  });

/** What the patch's tree holds beyond the base's, written out by the user's git from the change. */
async function treeAfter(patch: string | Uint8Array): Promise<Record<string, string>> {
  const { change } = await receive(patch);
  const full = {
    ...change,
    taskId: workplace.newId("tsk"),
    revision: 1,
    applyTarget: "checkout" as const,
    summary: "",
    tests: [],
  };
  const place = join(workplace.directory, "out");
  rmSync(place, { recursive: true, force: true });
  userGit(workplace.directory, ["clone", "--quiet", source, place]);
  await workplace.host.apply({ ...repository, source: { type: "path", path: place } }, full);
  rmSync(join(place, ".git"), { recursive: true });
  return photograph(place);
}

/** The patch that git makes of the edits, and the files that they leave. */
function gitPatch(edits: Edits, args: string[] = []): { patch: Uint8Array; files: Record<string, string> } {
  const place = join(workplace.directory, "edited");
  rmSync(place, { recursive: true, force: true });
  userGit(workplace.directory, ["clone", "--quiet", source, place]);
  writeEdits(place, edits);
  userGit(place, ["add", "--all"]);
  const patch = execFileSync("git", ["diff", "--cached", "--find-renames", ...args], { cwd: place });
  rmSync(join(place, ".git"), { recursive: true });
  return { patch: new Uint8Array(patch), files: photograph(place) };
}

describe("a patch that git made", () => {
  it.each<[string, Edits]>([
    [
      "edits, with CRLF, latin-1 and no final newline",
      {
        "a.txt": lines(1, "two", 3, 4, 5, 6, 7, 8, 9, 10),
        "crlf.txt": "1\r\nzwei\r\n3\r\n4\r\n5",
        "latin.txt": latin1("th\xe9\nsecond\n"),
        "sub dir/ü.txt": "x\nz",
      },
    ],
    [
      "adds and deletes, an empty file and a mode",
      { "new/deep/file": "n\n", empty: "", "a.txt": null, "sub dir/ü.txt": { exec: "x\ny" } },
    ],
    [
      "a rename with an edit, to a name in quotes",
      { "a.txt": null, 'new "ü" name\t.txt': lines(1, 2, 3, 4, 5, 6, 7, 8, "nine") },
    ],
    ["a symlink", { link2: { link: "a.txt" } }],
  ])("%s", async (_, edits) => {
    const { patch, files } = gitPatch(edits);
    expect(await treeAfter(patch)).toEqual(files);
    expect((await receive(patch)).placements).toEqual([]);
  });

  it("comes in a mail, or with other prefixes and less context", async () => {
    const { patch, files } = gitPatch({ "a.txt": lines(1, 2, 3, 4, "five", 6, 7, 8, 9), n: "n\n" }, ["-U1"]);
    const mail = `From: x\nSubject: [PATCH] five\n\n--- not a file\n\n${Buffer.from(patch).toString()}-- \n2.39\n`;
    expect(await treeAfter(mail)).toEqual(files);
    const plain = gitPatch({ "a.txt": lines(1, 2, 3, 4, "five", 6, 7, 8, 9) }, ["--no-prefix"]);
    expect(await treeAfter(plain.patch.filter(() => true))).toEqual(plain.files);
  });
});

describe("a patch that does not fit exactly", () => {
  const hunk = (start: number, body: string[]) =>
    `--- a.txt\t2026-01-01\n+++ a.txt\t2026-01-02\n@@ -${start},${body.filter((line) => !line.startsWith("+")).length} +${start},${body.filter((line) => !line.startsWith("-")).length} @@\n${body.join("\n")}\n`;

  it("is moved to where its lines are, and that is reported", async () => {
    const { placements } = await receive(hunk(1, [" 5", " 6", "-7", "+sieben", " 8"]));
    expect(placements).toEqual([{ path: "a.txt", hunk: 1, offset: 4, fuzz: 0, lineEndings: false }]);
  });

  it("may have other context at its ends, and that is reported", async () => {
    const { placements } = await receive(hunk(4, [" other", " 5", "-6", "+sechs", " 7", " other"]));
    expect(placements).toEqual([{ path: "a.txt", hunk: 1, offset: 0, fuzz: 1, lineEndings: false }]);
  });

  it("takes the file's line ends", async () => {
    const patch = "--- a/crlf.txt\n+++ b/crlf.txt\n@@ -1,3 +1,4 @@\n 1\n-2\n+zwei\n+neu\n 3\n";
    expect((await receive(patch)).placements).toMatchObject([{ lineEndings: true }]);
    expect((await treeAfter(patch))["crlf.txt"]).toBe("file 1\r\nzwei\r\nneu\r\n3\r\n4\r\n5\r\n");
  });

  it.each<[string, string | (() => Uint8Array), string, RegExp]>([
    ["lines that are not there", hunk(2, [" 2", "-drei", "+3"]), "conflict", /hunk 1 does not fit/],
    ["no diff", "hello\n", "invalid_input", /holds no unified diff/],
    ["a file that is not there", "--- a/none\n+++ b/none\n@@ -1 +1 @@\n-1\n+2\n", "conflict", /not in the repository/],
    ["a file that is there already", "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+x\n", "conflict", /exists already/],
    ["a file deleted in part", "--- a/a.txt\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n", "conflict", /does not take all/],
    [
      "a binary patch",
      "diff --git a/binary.bin b/binary.bin\nindex 1..2\nGIT binary patch\nliteral 0\n",
      "invalid_input",
      /binary/,
    ],
    ["a binary file", "--- a/binary.bin\n+++ b/binary.bin\n@@ -1 +1 @@\n-x\n+y\n", "conflict", /is binary/],
    ["a path upwards", "--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-1\n+2\n", "forbidden", /goes up/],
    ["an absolute path", "--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-1\n+2\n", "forbidden", /absolute/],
    [
      "a git directory",
      "--- /dev/null\n+++ b/.git/hooks/post-checkout\n@@ -0,0 +1 @@\n+x\n",
      "forbidden",
      /git directory/,
    ],
    ["a way through a symlink", "--- /dev/null\n+++ b/link/x\n@@ -0,0 +1 @@\n+x\n", "conflict", /is no directory/],
    [
      "a symlink outside",
      "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+../../etc\n\\ No newline at end of file\n",
      "conflict",
      /leaves the repository/,
    ],
    [
      "a submodule",
      "diff --git a/s b/s\nnew file mode 160000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+Subproject commit 1\n",
      "conflict",
      /mode 160000/,
    ],
    [
      "a hunk that is cut off",
      "--- a/a.txt\n+++ b/a.txt\n@@ -1,5 +1,5 @@\n 1\n",
      "invalid_input",
      /ends within a hunk/,
    ],
    ["the same file twice", `${hunk(1, ["-1", "+x"])}${hunk(2, ["-2", "+y"])}`, "conflict", /named twice/],
    [
      "a file over the limit",
      "--- a/big.txt\n+++ b/big.txt\n@@ -1 +1 @@\n-1\n+2\n",
      "limit_exceeded",
      /maxPatchFileBytes \(200000\)/,
    ],
    ["a patch over the limit", () => new Uint8Array(400_001), "limit_exceeded", /maxPatchBytes \(400000\)/],
    [
      "nothing that changes",
      "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n 1\n",
      "invalid_input",
      /changes nothing/,
    ],
  ])("is refused as a whole: %s", async (_, patch, code, message) => {
    const before = photograph(workplace.directory);
    const given = typeof patch === "string" ? patch : patch();
    await expect(receive(given)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    const after = photograph(workplace.directory);
    for (const path of Object.keys(after)) if (path.includes("mirror.git/")) delete after[path];
    for (const path of Object.keys(before)) if (path.includes("mirror.git/")) delete before[path];
    expect(after).toEqual(before);
  });

  it("is refused with the lines that are there instead", async () => {
    await expect(receive(hunk(2, [" 2", "-drei", "+3"]))).rejects.toMatchObject({
      details: { conflicts: [{ path: "a.txt", hunks: [{ startLine: 2, base: ["2", "drei"], current: ["2", "3"] }] }] },
    });
  });
});

describe("what diff -u makes", () => {
  it("of two directories, with names of their own", async () => {
    const place = join(workplace.directory, "pair");
    for (const side of ["old", "new"]) mkdirSync(join(place, side), { recursive: true });
    writeFileSync(join(place, "old/a.txt"), lines(1, 2, 3, 4, 5, 6, 7, 8, 9));
    writeFileSync(join(place, "new/a.txt"), lines(1, 2, 3, 4, "V", 6, 7, 8, 9));
    let patch = "";
    try {
      execFileSync("diff", ["-ruN", "old", "new"], { cwd: place });
    } catch (error) {
      patch = String((error as { stdout: Buffer }).stdout);
    }
    expect((await treeAfter(patch))["a.txt"]).toBe(`file ${lines(1, 2, 3, 4, "V", 6, 7, 8, 9)}`);
  });
});
