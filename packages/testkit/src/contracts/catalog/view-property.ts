// Changes of a view and of a delta over it, in any order, against a model of two maps: what is shown and counted is what was asked for.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { CatalogFrame } from "./database.ts";
import { followView } from "./follow-view.ts";
import { checkout, put, run, sampleFile, viewChange } from "./samples.ts";

const runs = process.env["OUTPOST_FULL"] === "1" ? 5_000 : 60;
const paths = ["a", "b", "c", "d"];
const chunksOf: Record<string, number> = { b1: 1, b2: 2, b3: 3 };

const path = fc.constantFrom(...paths);
const changes = fc.array(
  fc.record({
    isDelta: fc.boolean(),
    replace: fc.boolean(),
    set: fc.dictionary(path, fc.constantFrom(...Object.keys(chunksOf))),
    removed: fc.array(path, { maxLength: 2 }),
    skipped: fc.array(path, { maxLength: 1 }),
    /** Whether who follows the views looks after it. */
    isLookedAt: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);
type Change = typeof changes extends fc.Arbitrary<(infer One)[]> ? One : never;

/** By path; null hides what the base shows. */
type Shown = Map<string, string | null>;

function applyToBase(base: Shown, { replace, set, removed, skipped }: Change): void {
  if (replace) base.clear();
  else for (const gone of [...removed, ...skipped]) base.delete(gone);
  for (const [at, blob] of Object.entries(set)) base.set(at, blob);
}

function applyToDelta(delta: Shown, base: Shown, { replace, set, removed, skipped }: Change): void {
  if (replace) {
    delta.clear();
    for (const at of base.keys()) if (!(at in set)) delta.set(at, null);
    for (const [at, blob] of Object.entries(set)) if (base.get(at) !== blob) delta.set(at, blob);
    return;
  }
  for (const gone of [...removed, ...skipped]) delta.set(gone, null);
  for (const [at, blob] of Object.entries(set)) delta.set(at, blob);
}

function countShown(shown: Shown): { files: number; chunks: number } {
  const blobs = [...shown.values()].filter((blob) => blob !== null);
  return { files: blobs.length, chunks: blobs.reduce((sum, blob) => sum + (chunksOf[blob] ?? 0), 0) };
}

export function describeViewProperty(frame: CatalogFrame): void {
  it(`any changes of a view and a delta over it show and count what was asked for (${runs} histories)`, async () => {
    const writer = await frame.writer();
    const blobs = Object.entries(chunksOf);
    await put(writer, ...paths.flatMap((at) => blobs.map(([blob, chunks]) => sampleFile(at, blob, { chunks }))));
    const history = async (steps: Change[]) => {
      await writer.removeView(run);
      await writer.removeView(checkout);
      await writer.changeView(viewChange());
      await writer.changeView(viewChange({ viewId: run, base: checkout }));
      const base: Shown = new Map();
      const delta: Shown = new Map();
      const followed = [await followView(frame.reader(), checkout), await followView(frame.reader(), run)];
      for (const step of steps) {
        if (step.isDelta) applyToDelta(delta, base, step);
        else applyToBase(base, step);
        const set = Object.entries(step.set).map(([at, blob]) => ({ path: at, blob }));
        const removed = step.replace ? [] : step.removed;
        const view = step.isDelta ? { viewId: run, base: checkout } : { viewId: checkout };
        const skipped = step.skipped.map((at) => ({ path: at, blob: "b", reason: "binary" as const, detail: "" }));
        await writer.changeView(viewChange({ ...view, set, removed, skipped, replace: step.replace }));
        if (step.isLookedAt) for (const view of followed) await view.expectEqual();
      }
      for (const view of followed) await view.expectEqual();
      expect(await frame.shown(checkout)).toEqual(Object.fromEntries(base));
      expect(await frame.shown(run)).toEqual(Object.fromEntries(delta));
      expect(await frame.reader().view(checkout)).toMatchObject(countShown(base));
      expect(await frame.reader().view(run)).toMatchObject(countShown(new Map([...base, ...delta])));
    };
    await fc.assert(fc.asyncProperty(changes, history), { numRuns: runs });
  }, 600_000);
}
