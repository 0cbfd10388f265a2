// Random edits among few names, so that files, directories and links take each other's places: every checkpoint restores them all.
import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { photograph } from "../fixture/photograph.ts";
import { createWorkplace, importForRun, makeRepository, type Workplace, writeTree } from "../fixture/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = createWorkplace();
});
afterEach(() => place.remove());

describe("a checkpoint", () => {
  it("restores random trees byte for byte", async () => {
    const rounds = process.env["OUTPOST_FULL"] === "1" ? 100 : 8;
    const random = createRandom(42);
    const source = join(place.directory, "source");
    makeRepository(source, { "seed.txt": "seed\n" });
    const request = await importForRun(place, source);
    const worktree = await place.host.openWorktree(request);
    writeTree(worktree.root, { ".gitattributes": "* text=auto eol=lf ident filter=x\n" });
    for (let round = 1; round <= rounds; round++) {
      for (let edit = 0; edit < 6; edit++) scramble(worktree.root, random);
      const saved = await worktree.checkpoint(round);
      if (saved === null) continue;
      const restored = await place.host.openWorktree({ ...request, fence: round + 1, checkpoint: saved.commit });
      expect(photograph(restored.root)).toEqual(photograph(worktree.root));
      await restored.close();
    }
  });
});

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** One random edit among few names, so that files, directories and links take each other's places. */
function scramble(root: string, random: (below: number) => number): void {
  const names = ["a", "b", "c.txt", "d é"];
  const depth = 1 + random(3);
  const path = join(root, ...Array.from({ length: depth }, () => names[random(names.length)] ?? "a"));
  const parts = path.slice(root.length + 1).split("/");
  for (const at of parts.keys()) {
    const part = join(root, ...parts.slice(0, at + 1));
    const found = lstatSync(part, { throwIfNoEntry: false });
    if (found === undefined) break;
    if (!found.isDirectory()) rmSync(part);
  }
  mkdirSync(join(path, ".."), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  const kind = random(5);
  if (kind === 0) return;
  if (kind === 1) symlinkSync(names[random(names.length)] ?? "a", path);
  else {
    const bytes = Buffer.from(
      Array.from({ length: random(40) }, () => [13, 10, 36, 73, 100, 0, 233, 65][random(8)] ?? 0),
    );
    writeFileSync(path, bytes, { mode: kind === 2 ? 0o755 : 0o644 });
  }
}
