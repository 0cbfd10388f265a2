import { chmod, chown, link, lstat, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApplyConflict } from "@outpost/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, type Place, readTree, type Tree, writeTree } from "./checkout.fixture.ts";
import { recoverJournals } from "./recover-journals.ts";
import { revertChange } from "./revert-change.ts";
import { createTestPlaces, exec, lines, linkTo } from "./test-places.fixture.ts";

const { placeWith, removePlaces } = createTestPlaces();
afterEach(removePlaces);

/** The conflicts of an apply that must be refused; asserts that nothing was written. */
async function conflictsOf(place: Place, base: Tree, next: Tree, renames = {}): Promise<ApplyConflict[]> {
  const before = await readTree(place.checkoutRoot);
  const error = await applyChange(applyInput(place, base, next, renames)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "conflict" });
  expect(await readTree(place.checkoutRoot)).toEqual(before);
  expect(await readdir(place.journalDirectory).catch(() => [])).toEqual([]);
  return (error as { details: { conflicts: ApplyConflict[] } }).details.conflicts;
}

describe("applyChange refuses, and writes nothing,", () => {
  const conflicts: {
    name: string;
    base: Tree;
    next: Tree;
    checkout: Tree;
    renames?: Record<string, string>;
    reason: string;
  }[] = [
    {
      name: "same lines",
      base: { a: lines(1, 2) },
      next: { a: lines(1, 3) },
      checkout: { a: lines(1, 4) },
      reason: "same lines",
    },
    {
      name: "binary",
      base: { a: "\0one\n" },
      next: { a: "\0two\n" },
      checkout: { a: "\0one\nmore\n" },
      reason: "is binary",
    },
    {
      name: "deleted file that changed",
      base: { a: "1" },
      next: {},
      checkout: { a: "2" },
      reason: "the change deletes it",
    },
    { name: "gone", base: { a: "1" }, next: { a: "2" }, checkout: {}, reason: "is gone" },
    { name: "added, but there", base: {}, next: { a: "2" }, checkout: { a: "2" }, reason: "exists already" },
    {
      name: "renamed onto a file",
      base: { a: "1" },
      next: { b: "1" },
      renames: { a: "b" },
      checkout: { a: "1", b: "x" },
      reason: "exists already",
    },
    {
      name: "a directory now",
      base: { a: "1" },
      next: { a: "2" },
      checkout: { "a/b": "1" },
      reason: "is a directory now",
    },
    {
      name: "a symlink now",
      base: { a: "1" },
      next: { a: "2" },
      checkout: { a: linkTo("b"), b: "1" },
      reason: "is a symlink now",
    },
    {
      name: "symlink that changed",
      base: { a: linkTo("x") },
      next: { a: linkTo("y") },
      checkout: { a: linkTo("z") },
      reason: "points elsewhere",
    },
    {
      name: "behind a symlink",
      base: { "d/a": "1" },
      next: { "d/a": "2" },
      checkout: { "real/a": "1", d: linkTo("real") },
      reason: 'behind "d", which is a symlink',
    },
    {
      name: "a file where a directory is needed",
      base: {},
      next: { "d/a": "2" },
      checkout: { d: "1" },
      reason: 'needs a directory "d", which is a file',
    },
    {
      name: "a symlink where a directory is needed",
      base: {},
      next: { "d/a": "2" },
      checkout: { real: "1", d: linkTo("..") },
      reason: "which is a symlink",
    },
    {
      name: "directory to file with a foreign file",
      base: { "a/b": "1" },
      next: { a: "2" },
      checkout: { "a/b": "1", "a/c": "1" },
      reason: 'holds "a/c"',
    },
    {
      name: "git directory",
      base: {},
      next: { ".git/hooks/post-checkout": "x" },
      checkout: {},
      reason: "git directory",
    },
    {
      name: "git directory in disguise",
      base: {},
      next: { "sub/.G\u200cIT/config": "x" },
      checkout: {},
      reason: "git directory",
    },
    { name: "path that goes up", base: {}, next: { "a/../../x": "x" }, checkout: {}, reason: "goes up" },
    { name: "absolute path", base: {}, next: { "/tmp/outpost-x": "x" }, checkout: {}, reason: "is absolute" },
    { name: "symlink up", base: {}, next: { "d/l": linkTo("../../x") }, checkout: {}, reason: "leaves the checkout" },
    { name: "absolute symlink", base: {}, next: { l: linkTo("/etc/passwd") }, checkout: {}, reason: "absolute target" },
    {
      name: "symlink up through its own",
      base: {},
      next: { here: linkTo("."), l: linkTo("here/../x") },
      checkout: {},
      reason: "leaves the checkout",
    },
    {
      name: "symlink through the checkout's own to the outside",
      base: {},
      next: { l: linkTo("out/x") },
      checkout: { out: linkTo("../..") },
      reason: "leaves the checkout",
    },
    { name: "symlink into git", base: {}, next: { l: linkTo("./.git/config") }, checkout: {}, reason: "git directory" },
    {
      name: "symlinks in a circle",
      base: {},
      next: { l: linkTo("m"), m: linkTo("l") },
      checkout: {},
      reason: "circle",
    },
    { name: "symlink without target", base: {}, next: { l: linkTo("") }, checkout: {}, reason: "empty or overlong" },
  ];
  it.each(conflicts)("$name", async ({ base, next, checkout, renames, reason }) => {
    const place = await placeWith({ other: "1", ...checkout });
    // A second path that would apply: all or none.
    const found = await conflictsOf(place, { ...base, other: "1" }, { ...next, other: "2" }, renames);
    expect(found.map((conflict) => conflict.reason).join("\n")).toContain(reason);
    expect(found.some(({ path }) => path === "other")).toBe(false);
  });

  it("names every conflict", async () => {
    const base = { a: "1", b: "1", c: "1" };
    const place = await placeWith({ a: "x", b: "y", c: "1" });
    const found = await conflictsOf(place, base, { a: "2", b: "2", c: "2" });
    expect(found.map(({ path }) => path)).toEqual(["a", "b"]);
  });

  it("hard links and set-id bits", async () => {
    const place = await placeWith({ a: "1", b: "1" });
    await link(join(place.checkoutRoot, "a"), join(place.base, "elsewhere"));
    await chmod(join(place.checkoutRoot, "b"), 0o4755);
    const found = await conflictsOf(place, { a: "1", b: exec("1") }, { a: "2", b: exec("2") });
    expect(found.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("2 hard links"),
      expect.stringContaining("set-id"),
    ]);
  });

  it.runIf(process.getuid?.() !== 0)(
    "directories and files that are closed to the server's user [needs an ordinary user]",
    async () => {
      const base = { "d/a": "1", b: "1", "e/c": "1" };
      const place = await placeWith(base);
      await chmod(join(place.checkoutRoot, "d"), 0o555);
      await chmod(join(place.checkoutRoot, "b"), 0o000);
      await chmod(join(place.checkoutRoot, "e"), 0o000);
      const input = applyInput(place, base, { "d/a": "2", "d/new": "2", b: "2", "e/c": "2" });
      const error = await applyChange(input).catch((thrown: unknown) => thrown);
      await chmod(join(place.checkoutRoot, "e"), 0o755);
      await chmod(join(place.checkoutRoot, "b"), 0o644);
      expect(error).toMatchObject({
        code: "conflict",
        details: {
          conflicts: [
            { path: "b", reason: expect.stringContaining("closed to the server's user") },
            { path: "d/a", reason: expect.stringContaining('lies in "d", which the server\'s user cannot write to') },
            { path: "d/new", reason: expect.stringContaining('lies in "d"') },
            { path: "e/c", reason: expect.stringContaining("closed to the server's user") },
          ],
        },
      });
      await chmod(join(place.checkoutRoot, "d"), 0o755);
      expect(await readTree(place.checkoutRoot)).toMatchObject({ "d/a": "644 1", b: "644 1", "e/c": "644 1" });
    },
  );

  it.runIf(process.getuid?.() === 0)("nothing as root, and keeps owners [needs root]", async () => {
    const place = await placeWith({ "d/a": "1", "d/b": "1" });
    await chown(join(place.checkoutRoot, "d"), 1234, 1234);
    await chown(join(place.checkoutRoot, "d/a"), 1235, 1235);
    const input = applyInput(place, { "d/a": "1", "d/b": "1" }, { "d/a": "2", "d/x/c": "2", "d/l": linkTo("a") });
    const applied = await applyChange(input);
    const owners = () =>
      Promise.all(
        ["d/a", "d/x", "d/x/c", "d/l"].map(async (path) => (await lstat(join(place.checkoutRoot, path))).uid),
      );
    expect(await owners()).toEqual([1235, 1234, 1234, 1234]);
    await revertChange({ ...input, ...applied });
    expect((await lstat(join(place.checkoutRoot, "d/a"))).uid).toBe(1235);
    expect((await lstat(join(place.checkoutRoot, "d/b"))).uid).toBe(0);
  });

  it("a checkout that vanished", async () => {
    const place = await placeWith({ a: "1" });
    await rm(place.checkoutRoot, { recursive: true });
    await expect(applyChange(applyInput(place, { a: "1" }, { a: "2" }))).rejects.toMatchObject({ code: "not_found" });
    await writeFile(place.checkoutRoot, "");
    await expect(applyChange(applyInput(place, { a: "1" }, { a: "2" }))).rejects.toMatchObject({ code: "not_found" });
  });

  it("a change that was applied and then edited", async () => {
    const place = await placeWith({ a: "1\n" });
    const input = applyInput(place, { a: "1\n" }, { a: "2\n" });
    await applyChange(input);
    await writeFile(join(place.checkoutRoot, "a"), "3\n");
    await expect(applyChange(input)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("applied at 2023-"),
    });
  });

  it("a second apply while one is under way", async () => {
    const place = await placeWith({ a: "1", b: "1" });
    const second = applyInput(place, { b: "1" }, { b: "2" });
    const beforeEffect = async (effect: string) => {
      if (effect === "name a")
        await expect(applyChange(second)).rejects.toMatchObject({ code: "conflict", retryable: true });
    };
    await applyChange({ ...applyInput(place, { a: "1" }, { a: "2" }), beforeEffect });
    await applyChange(second);
    expect(await readTree(place.checkoutRoot)).toEqual({ a: "644 2", b: "644 2" });
  });

  it("a file that changes between the check and its rename, and rolls the others back", async () => {
    const base = { a: "1", b: "1", "c/d": "1" };
    const place = await placeWith(base);
    const beforeEffect = async (effect: string) => {
      if (effect === "name a") await writeTree(place.checkoutRoot, { b: "mine" });
    };
    const input = applyInput(place, base, { a: "2", b: "2", "e/f": "2" });
    const error = await applyChange({ ...input, beforeEffect }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "conflict", details: { conflicts: [{ path: "b" }] } });
    expect(await readTree(place.checkoutRoot)).toEqual({
      a: "644 1",
      b: "644 mine",
      c: "directory 755",
      "c/d": "644 1",
    });
    expect(await recoverJournals(place)).toEqual([]);
  });
});
