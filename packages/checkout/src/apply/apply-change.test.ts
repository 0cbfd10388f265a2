import { chmod, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, readTree, type Tree } from "./checkout.fixture.ts";
import { revertChange } from "./revert-change.ts";
import { createTestPlaces, exec, lines, linkTo } from "./test-places.fixture.ts";

const { placeWith, removePlaces } = createTestPlaces();
afterEach(removePlaces);

/** What applies cleanly: base, next, checkout before and after where they differ from those. */
const clean: {
  name: string;
  base: Tree;
  next: Tree;
  checkout?: Tree;
  after?: Tree;
  renames?: Record<string, string>;
}[] = [
  {
    name: "modified, CRLF, BOM, no final newline",
    base: { a: "\xef\xbb\xbfx\r\ny" },
    next: { a: "\xef\xbb\xbfx\r\nz" },
  },
  { name: "bytes of no encoding", base: { a: "\xff\xfe\x00\x80" }, next: { a: "\x80\x00\xff" } },
  { name: "added with directories", base: {}, next: { "x/y/z": "new", "x/w": exec("#!") } },
  { name: "deleted with its directories", base: { "x/y/z": "old", keep: "1" }, next: { keep: "1" } },
  { name: "mode only", base: { a: "x" }, next: { a: exec("x") } },
  { name: "mode off", base: { a: exec("x") }, next: { a: "x" } },
  { name: "renamed", base: { "old/a": "x" }, next: { "new/a": "x" }, renames: { "old/a": "new/a" } },
  { name: "renamed with an edit", base: { a: "x" }, next: { b: exec("y") }, renames: { a: "b" } },
  { name: "renamed in a chain", base: { a: "1", b: "2" }, next: { b: "1", c: "2" }, renames: { a: "b", b: "c" } },
  { name: "swapped", base: { a: "1", b: "2" }, next: { a: "2", b: "1" }, renames: { a: "b", b: "a" } },
  { name: "file to directory", base: { a: "1" }, next: { "a/b": "2" } },
  { name: "directory to file", base: { "a/b/c": "1", "a/d": "1" }, next: { a: "2" } },
  {
    name: "symlinks",
    base: { "d/f": "1", l: linkTo("d/f") },
    next: { "d/f": "1", l: linkTo("d"), "e/m": linkTo("../l/f") },
  },
  {
    name: "file to symlink and back",
    base: { a: "1", b: linkTo("a"), c: "" },
    next: { a: linkTo("c"), b: "1", c: "" },
  },
  { name: "emptied and filled", base: { a: "1", b: "" }, next: { a: "", b: "2" } },
  {
    name: "merged with other lines that changed",
    base: { a: lines(1, 2, 3, 4, 5, 6, 7) },
    next: { a: lines(1, "two", 3, 4, 5, 6, 7) },
    checkout: { a: lines(1, 2, 3, 4, 5, "\xe9\r", 7, 8) },
    after: { a: lines(1, "two", 3, 4, 5, "\xe9\r", 7, 8) },
  },
  {
    name: "merged with a mode that changed, both ways",
    base: { a: lines(1, 2, 3), b: lines(1) },
    next: { a: lines(1, 2, "x"), b: exec(lines(1)) },
    checkout: { a: exec(lines(1, 2, 3)), b: lines(1, 2) },
    after: { a: exec(lines(1, 2, "x")), b: exec(lines(1, 2)) },
  },
  {
    name: "the same edit made by both",
    base: { a: lines(1, 2), b: "1" },
    next: { a: lines(1, "x"), b: "2" },
    checkout: { a: lines(1, "x"), b: "1" },
    after: { a: lines(1, "x"), b: "2" },
  },
  {
    name: "rename of a file that changed elsewhere",
    base: { a: lines(1, 2, 3, 4, 5) },
    next: { b: lines("x", 2, 3, 4, 5) },
    renames: { a: "b" },
    checkout: { a: lines(1, 2, 3, 4, 5, 6) },
    after: { b: lines("x", 2, 3, 4, 5, 6) },
  },
];

describe("applyChange and revertChange", () => {
  it.each(clean)("$name", async ({ base, next, renames, checkout = base, after = next }) => {
    const neighbours: Tree = { "untracked/n": "n", "not mine": exec("\r\n") };
    const place = await placeWith({ ...checkout, ...neighbours });
    const wished = await placeWith({ ...after, ...neighbours });
    const before = await readTree(place.checkoutRoot);
    const input = applyInput(place, base, next, renames);
    const applied = await applyChange(input);
    expect(await readTree(place.checkoutRoot)).toEqual(await readTree(wished.checkoutRoot));
    expect(applied.files.length).toBeGreaterThan(0);
    expect(await applyChange(input)).toEqual(applied);
    await revertChange({ ...input, ...applied });
    expect(await readTree(place.checkoutRoot)).toEqual(before);
    await revertChange({ ...input, ...applied });
    expect(await readdir(place.journalDirectory)).toEqual([]);
    await applyChange(input);
    expect(await readTree(place.checkoutRoot)).toEqual(await readTree(wished.checkoutRoot));
  });

  it("keeps permissions beyond the executable bit and those of directories", async () => {
    const base = { a: "1", b: "1", "d/gone": "1" };
    const place = await placeWith(base);
    await chmod(join(place.checkoutRoot, "a"), 0o600);
    await chmod(join(place.checkoutRoot, "b"), 0o664);
    await chmod(join(place.checkoutRoot, "d"), 0o700);
    const before = await readTree(place.checkoutRoot);
    const input = applyInput(place, base, { a: "2", b: exec("1") });
    const applied = await applyChange(input);
    expect(await readTree(place.checkoutRoot)).toEqual({ a: "600 2", b: "775 1" });
    await revertChange({ ...input, ...applied });
    expect(await readTree(place.checkoutRoot)).toEqual(before);
  });

  it("leaves untouched files alone, down to their times", async () => {
    const place = await placeWith({ a: "1", b: "1" });
    await utimes(join(place.checkoutRoot, "b"), 1000, 1000);
    const inode = (await stat(join(place.checkoutRoot, "b"))).ino;
    await applyChange(applyInput(place, { a: "1", b: "1" }, { a: "2", b: "1" }));
    const after = await stat(join(place.checkoutRoot, "b"));
    expect([after.ino, after.mtimeMs]).toEqual([inode, 1_000_000]);
  });

  it("keeps directories that hold something else, and removes what it made only when empty", async () => {
    const place = await placeWith({ "d/a": "1", "d/mine": "1" });
    const input = applyInput(place, { "d/a": "1" }, { "e/f/b": "1" });
    const applied = await applyChange(input);
    expect(await readTree(place.checkoutRoot)).toMatchObject({ "d/mine": "644 1", "e/f/b": "644 1" });
    await writeFile(join(place.checkoutRoot, "e/mine"), "1");
    await revertChange({ ...input, ...applied });
    expect(Object.keys(await readTree(place.checkoutRoot))).toEqual(["d", "d/a", "d/mine", "e", "e/mine"]);
  });
});
