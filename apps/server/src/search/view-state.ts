// Reads what a view shows: its own part over its base's, and a stamp that changes whenever either does.
import type { CatalogReader, ViewId, ViewSummary, ViewVersions } from "@outpost/retrieval";

export interface ViewHead {
  summary: ViewSummary;
  versions: ViewVersions;
  /** The index that the view is in. */
  generation: string;
  /** Equal stamps, equal content. */
  stamp: string;
  /** Whether the vectors are of this embedder. */
  hasVectors: boolean;
}

/** Cheap: asked at every search. Null when there is no such view. */
export async function readHead(reader: CatalogReader, viewId: ViewId, embedder: string): Promise<ViewHead | null> {
  const summary = await reader.view(viewId);
  if (summary === null) return null;
  const base = summary.base === null ? null : await reader.view(summary.base);
  const identity = await reader.identity(viewId);
  const states = [summary, base].map((view) => (view === null ? "" : `${view.version}@${view.indexedAtMs}`));
  return {
    ...{ summary, versions: { version: summary.version, baseVersion: base?.version ?? null } },
    ...{ hasVectors: identity?.embedder === embedder, generation: JSON.stringify(identity) },
    stamp: JSON.stringify([identity, ...states, summary.complete]),
  };
}

/** Ids of the entries that the view shows, and how many files it leaves out. */
export async function readContent(
  reader: CatalogReader,
  { summary }: ViewHead,
): Promise<{ entryIds: number[]; skippedFiles: number }> {
  const own = await reader.viewEntries(summary.viewId);
  const skipped = new Set((await reader.skipped(summary.viewId)).map(({ path }) => path));
  if (summary.base !== null) {
    for (const { path } of await reader.skipped(summary.base)) if (!own.has(path)) skipped.add(path);
    for (const [path, entryId] of await reader.viewEntries(summary.base)) {
      if (!own.has(path) && !skipped.has(path)) own.set(path, entryId);
    }
  }
  const entryIds = [...own.values()].filter((entryId) => entryId !== null);
  return { entryIds, skippedFiles: skipped.size };
}
