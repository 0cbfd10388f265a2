// One who holds what a view shows and reads only what changed, against one who reads all of it.
import type { CatalogReader, ViewId } from "@outpost/retrieval";
import { expect } from "vitest";

export interface FollowedView {
  /** Reads what changed since the last look. Returns whether it was told, or had to read the view as a whole. */
  expectEqual(): Promise<"changes" | "whole">;
}

/** Of a view that is there. */
export async function followView(reader: CatalogReader, viewId: ViewId): Promise<FollowedView> {
  const state = async () => {
    const view = await reader.view(viewId);
    const base = view?.base ? await reader.view(view.base) : null;
    return { version: view?.version ?? 0, baseVersion: base?.version ?? null };
  };
  let held = await readWhole(reader, viewId);
  let since = await state();
  return {
    async expectEqual() {
      const changes = await reader.viewChanges(viewId, since);
      since = await state();
      const whole = await readWhole(reader, viewId);
      for (const [path, entryId] of changes?.entries ?? []) {
        if (entryId === null) held.entries.delete(path);
        else held.entries.set(path, entryId);
      }
      if (changes !== null) held.skippedFiles = changes.skippedFiles;
      else held = whole;
      expect(held).toEqual(whole);
      return changes === null ? "whole" : "changes";
    },
  };
}

async function readWhole(reader: CatalogReader, viewId: ViewId) {
  const view = await reader.view(viewId);
  const [own, base] = await Promise.all([readOwn(reader, viewId), view?.base ? readOwn(reader, view.base) : nothing]);
  const entries = new Map([...base.entries].filter(([path]) => !own.entries.has(path) && !own.skipped.has(path)));
  for (const [path, entryId] of own.entries) if (entryId !== null) entries.set(path, entryId);
  const below = [...base.skipped].filter((path) => !own.entries.has(path) && !own.skipped.has(path));
  return {
    entries: new Map([...entries].flatMap(([path, entryId]) => (entryId === null ? [] : [[path, entryId] as const]))),
    skippedFiles: own.skipped.size + below.length,
  };
}

const nothing = { entries: new Map<string, number | null>(), skipped: new Set<string>() };

async function readOwn(reader: CatalogReader, viewId: ViewId): Promise<typeof nothing> {
  const skipped = await reader.skipped(viewId);
  return { entries: await reader.viewEntries(viewId), skipped: new Set(skipped.map(({ path }) => path)) };
}
