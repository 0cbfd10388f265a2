// A directory that another process swaps with a symlink to the outside, as fast as it can, against reads and writes by the walk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorktreeFiles } from "./worktree-files.ts";

const SWAPS = process.env["OUTPOST_FULL"] === "1" ? 20_000 : 2000;

/** Swaps `swapped` between a directory and a symlink `rounds` times, as fast as it goes; ends by itself. */
const swapper = `
const fs = require("node:fs");
const [root, outside, rounds] = process.argv.slice(1);
process.chdir(root);
// A writer that finds the name free makes a directory of its own there: out of the way with it.
let moved = 0;
const place = (put) => {
  for (;;) try { return put(); } catch { try { fs.renameSync("swapped", "trash-" + moved++); } catch {} }
};
console.log("ready");
for (let round = 0; round < Number(rounds); round++) {
  fs.renameSync("swapped", "aside");
  place(() => fs.symlinkSync(outside, "swapped"));
  fs.unlinkSync("swapped");
  place(() => fs.renameSync("aside", "swapped"));
  const until = process.hrtime.bigint() + BigInt(round % 4) * 100000n;
  while (process.hrtime.bigint() < until);
}
`;

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "outpost-race-"));
  await mkdir(join(base, "worktree/swapped/deep"), { recursive: true });
  await mkdir(join(base, "outside/deep"), { recursive: true });
  await writeFile(join(base, "worktree/swapped/deep/file"), "inside");
  await writeFile(join(base, "outside/deep/file"), "outside");
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe("the walk against swaps", () => {
  it("never reads or writes outside", async () => {
    const files = createWorktreeFiles(join(base, "worktree"), async () => []);
    const child = spawn(
      process.execPath,
      ["-e", swapper, join(base, "worktree"), join(base, "outside"), String(SWAPS)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    const seen = { inside: 0, outside: 0, refused: 0, written: 0 };
    let isOver = false;
    const work = async (index: number) => {
      for (let round = 0; !isOver; round++) {
        const content = await files.read("swapped/deep/file").catch(() => null);
        if (!content) seen.refused++;
        else if (Buffer.from(content.bytes).toString() === "inside") seen.inside++;
        else seen.outside++;
        const path = `swapped/deep/new-${index}-${round % 50}`;
        const done = await files.write(path, Buffer.from("x"), null).catch(() => null);
        if (!done) continue;
        seen.written++;
        await files.remove(path, done.sha256).catch(() => null);
      }
    };
    const workers = [0, 1, 2].map(work);
    const [exitCode] = await ended;
    isOver = true;
    await Promise.all(workers);
    expect(exitCode).toBe(0);
    expect(seen.outside).toBe(0);
    // The race was one: some got through, some were refused.
    expect(seen.inside).toBeGreaterThan(0);
    expect(seen.written).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
    expect(await readdir(join(base, "outside"))).toEqual(["deep"]);
    expect(await readdir(join(base, "outside/deep"))).toEqual(["file"]);
    expect(await readFile(join(base, "outside/deep/file"), "utf8")).toBe("outside");
  }, 300_000);
});
