// Random trees and changes: apply, then edits elsewhere, then revert. Accepted bytes are exact, and nothing else ever changes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, createPlace, fileOf, readTree, type Tree, type TreeFile, writeTree } from "./checkout.fixture.ts";
import { revertChange } from "./revert-change.ts";

const name = fc.constantFrom("a", "b", "c", "ü x", "d.txt");
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((parts) => `dir-${parts.join("/")}`),
  fc.tuple(name, name, name).map((parts) => `dir-${parts.join("/")}`),
);
const line = fc.constantFrom(
  "one\n",
  "two\r\n",
  "caf\xe9\n",
  "\xef\xbb\xbf",
  "\n",
  "\x00",
  "\xff\xfe",
  "no end",
  "<<<<<<<\n",
);
const file: fc.Arbitrary<TreeFile> = fc.record({
  text: fc.array(line, { maxLength: 8 }).map((lines) => lines.join("")),
  mode: fc.constantFrom("100644" as const, "100644" as const, "100755" as const),
});

/** Without paths that are directories of others. */
function plain(entries: [string, TreeFile][]): Tree {
  const tree: Tree = {};
  for (const [at, entry] of entries)
    if (!Object.keys(tree).some((other) => other.startsWith(`${at}/`) || at.startsWith(`${other}/`))) tree[at] = entry;
  return tree;
}

const tree = fc.array(fc.tuple(path, file), { maxLength: 8 }).map(plain);

/** Keeps some paths, edits some, drops the rest, and adds others. */
const next = (base: Tree) =>
  fc.tuple(fc.array(fc.tuple(fc.nat(3), file), { minLength: 10, maxLength: 10 }), tree).map(([choices, added]) => {
    const kept: [string, TreeFile][] = [];
    for (const [index, [at, entry]] of Object.entries(base).entries()) {
      const [choice, other] = choices[index] ?? [0, fileOf(entry)];
      if (choice < 2) kept.push([at, fileOf(entry)]);
      else if (choice === 2) kept.push([at, other]);
    }
    return plain([...kept, ...Object.entries(added).map(([at, entry]): [string, TreeFile] => [at, fileOf(entry)])]);
  });

const scenario = tree.chain((base) =>
  fc.record({ base: fc.constant(base), next: next(base), untracked: file, later: file }),
);

describe("apply, other edits, revert", () => {
  it("is exact, and touches nothing else", async () => {
    let changed = 0;
    const property = fc.asyncProperty(scenario, async ({ base, next: wished, untracked, later }) => {
      const place = await createPlace({ ...base, "untracked/one": untracked, "untracked/two": "2" });
      const expected = await createPlace({ ...wished, "untracked/one": untracked, "untracked/two": "2" });
      try {
        const before = await readTree(place.checkoutRoot);
        const input = applyInput(place, base, wished);
        const applied = await applyChange(input);
        changed += applied.files.length;
        expect(await readTree(place.checkoutRoot)).toEqual(await readTree(expected.checkoutRoot));
        await writeTree(place.checkoutRoot, { "untracked/one": later, "untracked/three": later });
        const meanwhile = {
          "untracked/one": `${later.mode === "100755" ? 755 : 644} ${later.text}`,
          "untracked/three": `${later.mode === "100755" ? 755 : 644} ${later.text}`,
        };
        await revertChange({ ...input, ...applied });
        expect(await readTree(place.checkoutRoot)).toEqual({ ...before, ...meanwhile });
      } finally {
        await Promise.all([place.remove(), expected.remove()]);
      }
    });
    await fc.assert(property, { numRuns: process.env["OUTPOST_FULL"] === "1" ? 1000 : 25 });
    expect(changed).toBeGreaterThan(25);
  }, 600_000);
});
