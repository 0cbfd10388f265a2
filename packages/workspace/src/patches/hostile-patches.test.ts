// Generated hostile patches: every one is refused with a reason, and nothing but objects of the mirror is written.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PatchIntake } from "@outpost/core";
import { GitObjectId, isOutpostError, type Repository } from "@outpost/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeEdits } from "../fixture/make-change.ts";
import { photograph } from "../fixture/photograph.ts";
import { createWorkplace, makeRepository, userGit, type Workplace } from "../fixture/workplace.ts";
import { createPatchIntake } from "./create-patch-intake.ts";

const RUNS = process.env["OUTPOST_FULL"] === "1" ? 5000 : 60;

let workplace: Workplace;
let repository: Repository;
let intake: PatchIntake;
let baseCommit: GitObjectId;
beforeAll(async () => {
  workplace = createWorkplace();
  const source = join(workplace.directory, "source");
  makeRepository(source, { a: "1\n2\n3\n", "dir/b": "2\n" });
  writeEdits(source, { link: { link: ".." }, out: { link: "/" } });
  userGit(source, ["add", "--all"]);
  userGit(source, ["commit", "--quiet", "-m", "links"]);
  mkdirSync(join(workplace.directory, "outside"));
  writeFileSync(join(workplace.directory, "outside/x"), "");
  repository = workplace.repositoryAt(source);
  baseCommit = GitObjectId.parse((await workplace.host.import(repository)).headCommit);
  const { git, dataDirectory } = workplace;
  intake = createPatchIntake({ git, dataDirectory, nowMs: Date.now, maxPatchBytes: 20_000, maxPatchFileBytes: 10_000 });
});
afterAll(() => workplace.remove());

const hostilePath = fc.constantFrom(
  "../x",
  "dir/../../x",
  "../outside/x",
  "/etc/passwd",
  "/tmp/x",
  ".git/config",
  ".GIT/hooks/x",
  "dir/.git/x",
  "git~1/x",
  "link/x",
  "link/outside/x",
  "out/tmp/x",
  "a/x",
  "a/",
  "",
  "dir//b",
  "./../x",
  ".g\u200cit/x",
  "x\\.git\\config",
);
const section = (path: string, body: string, mode = "100644") =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${body}\n`;
const hostilePatch = fc.oneof(
  hostilePath.map((path) => section(path, "evil")),
  hostilePath.map((path) => `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+evil\n`),
  hostilePath.map((path) => `--- ${path}\n+++ ${path}\n@@ -1 +1 @@\n-1\n+evil\n`),
  // That "a" becomes a directory is no attack when "a" itself goes.
  hostilePath
    .filter((path) => path !== "a/x")
    .map((path) => `diff --git a/a b/${path}\nsimilarity index 100%\nrename from a\nrename to ${path}\n`),
  hostilePath.map(
    (path) =>
      `diff --git "a/\\056\\056/x" "b/\\056\\056/x"\nnew file mode 100644\n--- /dev/null\n+++ "b/\\056\\056/${path.replace(/[^a-z]/gu, "")}"\n@@ -0,0 +1 @@\n+evil\n`,
  ),
  fc
    .constantFrom("/etc", "..", "../..", "dir/../../x", ".git", ".git/hooks", "a/../../b")
    .map((target) => `${section("evil", target, "120000")}\\ No newline at end of file\n`),
  fc.constantFrom("160000", "040000", "100", "777777", "120001").map((mode) => section("evil", "x", mode)),
  fc
    .tuple(fc.nat(5), fc.nat(5), fc.string({ maxLength: 20 }))
    .map(([old, next, text]) => `--- a/a\n+++ b/a\n@@ -1,${old + 4} +1,${next} @@\n${text}\n`),
  fc.constantFrom(
    "diff --git a/a b/a\nGIT binary patch\nliteral 3\nKcmZQ\n",
    "diff --git a/a b/a\nBinary files a/a and b/a differ\n",
  ),
  fc.string({ maxLength: 200 }).map((text) => text.replaceAll("@@", "")),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll("@@", "")),
  fc.constant(section("big", "x".repeat(10_001))),
  fc.constant(section("many", "x".repeat(20_001))),
  fc.constant(`${section("c", "1")}${section("c", "2")}`),
  fc.constant(`${section("c", "1")}${section("c/d", "2")}`),
);

it("hostile patches are refused with a reason, and nothing is written", async () => {
  const photo = () =>
    Object.fromEntries(
      Object.entries(photograph(workplace.directory)).filter(([path]) => !path.includes("mirror.git/objects/")),
    );
  const before = photo();
  let refused = 0;
  const property = fc.asyncProperty(hostilePatch, fc.boolean(), async (patch, follows) => {
    // Half of them behind a good section: nothing is half-applied.
    const text =
      follows && patch.length < 15_000 ? `--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n${patch}` : patch;
    // Junk behind a good section is no part of it, as git has it.
    const isHarmless = follows && !/^(?:diff --git|---|\+\+\+)/mu.test(patch);
    fc.pre(!isHarmless);
    const bytes = new TextEncoder().encode(text);
    const request = { repository, taskId: workplace.newId("tsk"), baseCommit, patch: bytes };
    const error = await intake.receive(request).then(
      () => new Error(`it was taken: ${JSON.stringify(text)}`),
      (failure: unknown) => failure,
    );
    if (!isOutpostError(error) || error.code === "internal") throw error;
    expect(error.message.length).toBeGreaterThan(15);
    refused++;
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(photo()).toEqual(before);
  expect(refused).toBe(RUNS);
  console.log(`${refused} hostile patches refused, 0 writes`);
}, 1_200_000);
