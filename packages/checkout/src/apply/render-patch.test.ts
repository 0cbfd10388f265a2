// Patches are judged by git itself: applied to a real checkout, and back again, and compared byte for byte.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { applyInput, blobId, readTree, type Tree } from "./checkout.fixture.ts";
import { renderPatch } from "./render-patch.ts";
import { createTestPlaces, exec, linkTo } from "./test-places.fixture.ts";

const { placeWith, removePlaces } = createTestPlaces();
afterEach(removePlaces);

async function expectGitAgrees(base: Tree, next: Tree, renames: Record<string, string> = {}): Promise<string> {
  const place = await placeWith(base);
  const wished = await placeWith(next);
  const input = applyInput(place, base, next, renames);
  const patch = await renderPatch(input.change, input.readBlob);
  await writeFile(join(place.base, "patch"), patch);
  const before = await readTree(place.checkoutRoot);
  const env = {
    PATH: process.env["PATH"],
    HOME: place.base,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: place.base,
  };
  const git = (...argv: string[]) =>
    execFileSync("git", ["apply", "--whitespace=nowarn", ...argv, join(place.base, "patch")], {
      cwd: place.checkoutRoot,
      env,
      stdio: "pipe",
    });
  git("--check");
  git();
  expect(await readTree(place.checkoutRoot)).toEqual(await readTree(wished.checkoutRoot));
  git("-R");
  expect(await readTree(place.checkoutRoot)).toEqual(before);
  return patch;
}

const many = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("");

const cases: { name: string; base: Tree; next: Tree; renames?: Record<string, string> }[] = [
  { name: "modified", base: { a: many }, next: { a: many.replace("line 3\n", "").replace("line 30", "LINE") } },
  { name: "added and deleted", base: { old: "1\n2\n" }, next: { "dir/new": "x\n" } },
  {
    name: "empty files",
    base: { gone: "", filled: "", emptied: "1\n" },
    next: { made: "", filled: "1\n", emptied: "" },
  },
  {
    name: "no newline at the end, all ways",
    base: { a: "1\n2", b: "1\n2\n", c: "1\n2" },
    next: { a: "1\n3", b: "1\n2", c: "1\n2\n" },
  },
  {
    name: "CRLF, lone CR, form feed, BOM",
    base: { a: "1\r\n2\r\n", b: "x\ry\n", c: "\xef\xbb\xbf1\n" },
    next: { a: "1\r\n3\n", b: "x\rz\n", c: "\xef\xbb\xbf2\f\n" },
  },
  { name: "modes", base: { a: "1\n", b: exec("1\n") }, next: { a: exec("1\n"), b: "2\n" } },
  { name: "executable added", base: {}, next: { a: exec("#!\n"), empty: exec("") } },
  { name: "rename as it is", base: { "a/b": many }, next: { "c d/e": many }, renames: { "a/b": "c d/e" } },
  {
    name: "rename with edit and mode",
    base: { a: many },
    next: { b: exec(many.replace("7", "seven")) },
    renames: { a: "b" },
  },
  {
    name: "spaces",
    base: { "a b": "1\n", "c d/e f": "1\n", "x b/y": "" },
    next: { "a b": "2\n", " g ": "1\n", "z b/z": "" },
  },
  {
    name: "quotes, tabs, newlines, backslashes",
    base: { 'q"t': "1\n", "t\tt": "1\n" },
    next: { 'q"t': "2\n", "n\nl": "1\n", "b\\s": "1\n", "\x01": "" },
  },
  { name: "unicode names and text", base: { "ü/é": "héllo\n" }, next: { "ü/é": "h\xc3\xa9llo\n", 日本: "x\n" } },
  {
    name: "rename with quoting",
    base: { 'a "b"': many },
    next: { "ü ü": many.replace("9", "nine") },
    renames: { 'a "b"': "ü ü" },
  },
  { name: "bytes that are no UTF-8", base: { a: "caf\xe9\n" }, next: { a: "caf\xe9s\n", b: "\xff" } },
  { name: "binary", base: { a: "\0\x01\x02", b: "\0" }, next: { a: `\0${"\xfe\x03".repeat(500)}`, c: "\0new" } },
  { name: "binary rename and mode", base: { a: "\0\x01" }, next: { b: exec("\0\x02") }, renames: { a: "b" } },
  { name: "symlinks", base: { l: linkTo("a"), gone: linkTo("x") }, next: { l: linkTo("b"), made: linkTo("y z") } },
  { name: "file to symlink and back", base: { a: "1\n", b: linkTo("a") }, next: { a: linkTo("b"), b: "1\n" } },
  {
    name: "text that looks like a patch",
    base: { a: "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" },
    next: { a: "-- a/x\n++ b/x\n\\ No newline at end of file\n" },
  },
  {
    name: "wholly different and long",
    base: { a: Array.from({ length: 5000 }, (_, i) => `${i}\n`).join("") },
    next: {
      a: Array.from({ length: 5000 }, (_, i) => `x${i}\n`)
        .join("")
        .trimEnd(),
    },
  },
];

describe("renderPatch", () => {
  it.each(cases)("$name", async ({ base, next, renames }) => {
    await expectGitAgrees(base, next, renames);
  });

  it("reads like git's own", async () => {
    expect(await expectGitAgrees({ "a b": "1\n2\n" }, { "a b": "1\n3\n" })).toBe(
      [
        "diff --git a/a b b/a b",
        `index ${blobId("1\n2\n")}..${blobId("1\n3\n")} 100644`,
        "--- a/a b\t",
        "+++ b/a b\t",
        "@@ -1,2 +1,2 @@",
        " 1",
        "-2",
        "+3",
        "",
      ].join("\n"),
    );
  });

  it("is empty for a change without files", async () => {
    const input = applyInput(await placeWith({}), {}, {});
    expect(await renderPatch(input.change, input.readBlob)).toBe("");
  });

  it("agrees with git on any texts", async () => {
    const line = fc.constantFrom(
      "a\n",
      "b\n",
      "\n",
      "a\r\n",
      "-\n",
      "+x\n",
      "\\\n",
      "@@\n",
      " \n",
      "\u2028\n",
      "\xe9\n",
      "a",
      "",
    );
    const text = fc.array(line, { maxLength: 12 }).map((parts) => parts.join(""));
    const property = fc.asyncProperty(text, text, async (one, other) => {
      fc.pre(one !== other);
      await expectGitAgrees({ a: Buffer.from(one).toString("latin1") }, { a: Buffer.from(other).toString("latin1") });
      await removePlaces();
    });
    await fc.assert(property, { numRuns: process.env["OUTPOST_FULL"] === "1" ? 1000 : 40 });
  }, 600_000);
});
