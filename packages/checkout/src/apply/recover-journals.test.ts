// Crashes: a child process that is killed before every single effect of apply, revert and recovery; then recovery, and a look at each file.
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyChange } from "./apply-change.ts";
import { applyInput, createPlace, type Place, readTree, writeTree } from "./checkout.fixture.ts";
import { type CrashOperation, crashBase, crashCheckout, crashNext, crashRenames } from "./crash-child.fixture.ts";
import { recoverJournals } from "./recover-journals.ts";
import { revertChange } from "./revert-change.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";
const ROUNDS = Number(process.env["OUTPOST_ROUNDS"] ?? (isFull ? 100 : 1));
const AT_ONCE = 3;

let folder: string;
let child: string;
let before: Record<string, string>;
let after: Record<string, string>;

const inputFor = (place: Place) => applyInput(place, crashBase, crashNext, crashRenames);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-crash-"));
  child = join(folder, "child.mjs");
  const esbuild = join(import.meta.dirname, "../../../../node_modules/.bin/esbuild");
  const entry = join(import.meta.dirname, "crash-child.fixture.ts");
  execFileSync(esbuild, [
    entry,
    "--bundle",
    "--platform=node",
    "--format=esm",
    `--outfile=${child}`,
    "--log-level=error",
  ]);
  const place = await createPlace(crashCheckout);
  before = await readTree(place.checkoutRoot);
  await applyChange(inputFor(place));
  after = await readTree(place.checkoutRoot);
  await place.remove();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Null: killed. Otherwise how many effects there were. */
async function crash(operation: CrashOperation, place: Place, killBefore: number | string): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      child,
      operation,
      JSON.stringify(place),
      String(killBefore),
    ]);
    return Number(stdout);
  } catch (error) {
    if ((error as { signal?: string }).signal === "SIGKILL") return null;
    throw error;
  }
}

async function leftovers(place: Place): Promise<string[]> {
  const all = await readdir(place.base, { recursive: true });
  return all.filter((path) => path.includes("outpost-tmp") || path.startsWith("journal/"));
}

/** Checks that the checkout is whole, on one side, and that the same requests still bring it to either. */
async function findSide(place: Place, alsoGoOn: boolean): Promise<"before" | "after"> {
  const now = await readTree(place.checkoutRoot);
  const side = JSON.stringify(now) === JSON.stringify(before) ? "before" : "after";
  expect(now).toEqual(side === "before" ? before : after);
  if (!alsoGoOn) return side;
  const input = inputFor(place);
  const applied = await applyChange(input);
  expect(await readTree(place.checkoutRoot)).toEqual(after);
  await revertChange({ ...input, ...applied });
  expect(await readTree(place.checkoutRoot)).toEqual(before);
  return side;
}

/** Kills one operation before effect `k`, now and then recovery too, and recovers. Null when there is no such effect. */
async function crashAndRecover(
  operation: "apply" | "revert",
  k: number,
  round: number,
): Promise<"before" | "after" | null> {
  const place = await createPlace(crashCheckout);
  try {
    if (operation === "revert") await applyChange(inputFor(place));
    if ((await crash(operation, place, k)) !== null) return null;
    if ((k + round) % 4 === 0) await crash("recover", place, 1 + Math.floor(Math.random() * 20));
    const lines = await recoverJournals(place);
    expect(lines.filter((line) => !/^(?:finished|rolled back|dropped) /u.test(line))).toEqual([]);
    expect(await leftovers(place)).toEqual([]);
    expect(await recoverJournals(place)).toEqual([]);
    return await findSide(place, (k + round) % 4 === 1);
  } finally {
    await place.remove();
  }
}

/** Crashes at every effect; how many ended on which side. */
async function crashEverywhere(operation: "apply" | "revert", round: number) {
  const sides = { before: 0, after: 0 };
  let next = 1;
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const side = await crashAndRecover(operation, next++, round);
      if (side) sides[side]++;
      else isOver = true;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sides;
}

describe("recovery after SIGKILL before every effect", () => {
  it.each(["apply", "revert"] as const)(
    "of %s, and of the recovery itself",
    async (operation) => {
      const total = { before: 0, after: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const sides = await crashEverywhere(operation, round);
        expect(sides.before).toBeGreaterThan(10);
        expect(sides.after).toBeGreaterThan(10);
        total.before += sides.before;
        total.after += sides.after;
      }
      const crashes = total.before + total.after;
      console.log(
        `${operation}: ${crashes} kills in ${ROUNDS} rounds: ${total.before} before, ${total.after} after, 0 torn`,
      );
    },
    ROUNDS * 120_000,
  );

  it("reports a file that changed in between, leaves it, and rolls the others back", async () => {
    const place = await createPlace(crashCheckout);
    expect(await crash("apply", place, "name mode")).toBeNull();
    expect(await readFile(join(place.checkoutRoot, "edit"), "latin1")).toBe("one\xff\r\n2\n3\nmine\n");
    await writeTree(place.checkoutRoot, { edit: "edited" });
    const lines = await recoverJournals(place);
    expect(lines).toEqual([
      expect.stringContaining("rolled back the interrupted apply"),
      expect.stringContaining(
        '"edit" changed during the interrupted apply and was left as it is; its bytes before are kept in "',
      ),
    ]);
    const kept = /kept in "(.*)"/u.exec(lines[1] ?? "")?.[1] ?? "";
    expect(await readFile(kept, "latin1")).toBe("1\r\n2\n3\nmine\n");
    expect(await leftovers(place)).toEqual([]);
    expect(await readTree(place.checkoutRoot)).toEqual({ ...before, edit: "644 edited" });
    expect(await recoverJournals(place)).toEqual([]);
    await place.remove();
  });

  it("rolls back when something staged is gone", async () => {
    const place = await createPlace(crashCheckout);
    expect(await crash("apply", place, "name mode")).toBeNull();
    for (const name of await readdir(place.checkoutRoot))
      if (name.startsWith(".mode.")) await rm(join(place.checkoutRoot, name));
    expect(await recoverJournals(place)).toEqual([expect.stringMatching(/^rolled back/u)]);
    expect(await readTree(place.checkoutRoot)).toEqual(before);
    await place.remove();
  });

  it("says what it cannot do, and goes on with the rest", async () => {
    const [gone, there] = await Promise.all([createPlace(crashCheckout), createPlace(crashCheckout)]);
    const shared = { undoDirectory: gone.undoDirectory, journalDirectory: gone.journalDirectory };
    expect(await crash("apply", gone, "name mode")).toBeNull();
    expect(await crash("apply", { ...there, ...shared }, "name mode")).toBeNull();
    await rm(gone.checkoutRoot, { recursive: true });
    await writeFile(join(shared.journalDirectory, "broken.json"), "{");
    const lines = (await recoverJournals(shared)).sort();
    expect(lines).toEqual([
      expect.stringMatching(/^could not recover the apply in .* is gone/u),
      expect.stringMatching(/^finished the interrupted apply/u),
      expect.stringMatching(/^journal ".*broken.json" cannot be read/u),
    ]);
    expect(await readdir(shared.journalDirectory)).toHaveLength(2);
    expect(await readTree(there.checkoutRoot)).toEqual(after);
    await Promise.all([gone.remove(), there.remove()]);
  });
});
