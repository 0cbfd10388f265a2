import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, readTree, writeTree } from "./checkout.fixture.ts";
import { revertChange } from "./revert-change.ts";
import { createTestPlaces, exec, lines } from "./test-places.fixture.ts";

const { placeWith, removePlaces } = createTestPlaces();
afterEach(removePlaces);

describe("revertChange refuses, and writes nothing,", () => {
  const base = { a: "1\n", b: "1\n", "c/d": "1\n" };
  const next = { a: "2\n", b: "2\n", "e/f": "2\n" };
  it.each([
    { name: "an edit", meddle: (root: string) => writeFile(join(root, "a"), "3\n"), path: "a" },
    { name: "a mode", meddle: (root: string) => chmod(join(root, "b"), 0o755), path: "b" },
    { name: "an added file that is gone", meddle: (root: string) => rm(join(root, "e/f")), path: "e/f" },
    {
      name: "an added file that moved",
      meddle: (root: string) => rename(join(root, "e"), join(root, "g")),
      path: "e/f",
    },
    { name: "a deleted file that came back", meddle: (root: string) => writeTree(root, { "c/d": "9" }), path: "c/d" },
    { name: "a symlink on the way back", meddle: (root: string) => symlink("e", join(root, "c")), path: "c/d" },
    {
      name: "a directory in the way",
      meddle: (root: string) => mkdir(join(root, "c/d"), { recursive: true }),
      path: "c/d",
    },
  ])("$name", async ({ meddle, path }) => {
    const place = await placeWith(base);
    const input = applyInput(place, base, next);
    const applied = await applyChange(input);
    await meddle(place.checkoutRoot);
    const before = await readTree(place.checkoutRoot);
    await expect(revertChange({ ...input, ...applied })).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [{ path }] },
    });
    expect(await readTree(place.checkoutRoot)).toEqual(before);
  });

  it("an unknown name, a name that is a path, and other files", async () => {
    const place = await placeWith(base);
    const input = applyInput(place, base, next);
    const applied = await applyChange(input);
    await expect(revertChange({ ...input, ...applied, undo: "none" })).rejects.toMatchObject({ code: "not_found" });
    await expect(revertChange({ ...input, ...applied, undo: "../undo/x" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(revertChange({ ...input, ...applied, files: [] })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("revertChange with a three-way merge", () => {
  const base = { a: lines(1, 2, 3, 4, 5), b: "1\n", "c/d": "1\n", mode: "x\n" };
  const next = { a: lines(1, "two", 3, 4, 5), b: "2\n", "e/f": "2\n", mode: exec("x\n") };

  it("keeps what changed since, takes the change out, and says beforehand that it can", async () => {
    const place = await placeWith(base);
    const input = applyInput(place, base, next);
    const applied = await applyChange(input);
    await writeTree(place.checkoutRoot, { a: lines(1, "two", 3, 4, "mine") });
    await chmod(join(place.checkoutRoot, "b"), 0o755);
    await rm(join(place.checkoutRoot, "e/f"));
    await expect(revertChange({ ...input, ...applied })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("a three-way revert would keep what changed since"),
      details: { threeWay: true, conflicts: [{ path: "a" }, { path: "b" }, { path: "e/f" }] },
    });
    const files = await revertChange({ ...input, ...applied, threeWay: true });
    expect(files.map(({ path }) => path)).toEqual(["a", "b", "c/d", "mode"]);
    const now = await readTree(place.checkoutRoot);
    expect(now).toMatchObject({
      a: `644 ${lines(1, 2, 3, 4, "mine")}`,
      b: "755 1\n",
      "c/d": "644 1\n",
      mode: "644 x\n",
    });
    await revertChange({ ...input, ...applied, threeWay: true });
    expect(await readTree(place.checkoutRoot)).toEqual(now);
  });

  it("refuses where the same lines changed, with the lines", async () => {
    const place = await placeWith(base);
    const input = applyInput(place, base, next);
    const applied = await applyChange(input);
    await writeTree(place.checkoutRoot, { a: lines(1, "mine", 3, 4, 5), "e/f": "mine" });
    const before = await readTree(place.checkoutRoot);
    for (const threeWay of [false, true])
      await expect(revertChange({ ...input, ...applied, threeWay })).rejects.toMatchObject({
        code: "conflict",
        details: {
          conflicts: [
            { path: "a", hunks: [{ startLine: 2, base: ["line two"], current: ["line mine"], wanted: ["line 2"] }] },
            { path: "e/f", reason: expect.stringContaining("not only in its lines") },
          ],
        },
      });
    expect(await readTree(place.checkoutRoot)).toEqual(before);
  });
});
