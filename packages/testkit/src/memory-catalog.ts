// A catalog in memory, for tests of what writes catalogs. Keeps the port's promises (entries before views, deltas over bases, orphans),
// and forgets everything when it goes. `failAfter` makes the n-th write reject, as a full disk would.
import { OutpostError } from "@outpost/protocol";
import type {
  CatalogWriter,
  EmbeddedBlob,
  EntryRecord,
  IndexIdentity,
  ParsedBlob,
  SkippedFile,
  StatCache,
  ViewChange,
  ViewId,
  ViewSummary,
} from "@outpost/retrieval";

interface View {
  base: ViewId | null;
  version: number;
  /** Null: the delta hides the base's path. */
  paths: Map<string, string | null>;
  skipped: Map<string, SkippedFile>;
  complete: boolean;
  commit: string | null;
  indexedAtMs: number;
}

export interface MemoryCatalog extends CatalogWriter {
  readonly identity: IndexIdentity | null;
  readonly entries: ReadonlyMap<string, EntryRecord>;
  readonly blobs: ReadonlyMap<string, ParsedBlob>;
  /** Every view change, in order. */
  readonly changes: readonly ViewChange[];
  /** Batches stored, as the paths in each. */
  readonly batches: readonly string[][];
  /** What a search of the view sees: path → blob, sorted. */
  shown(viewId: ViewId): Record<string, string>;
  skipped(viewId: ViewId): SkippedFile[];
  /** The write after this many more rejects with `unavailable`, and all after it. */
  failAfter(writes: number): void;
}

export function createMemoryCatalog(): MemoryCatalog {
  return new InMemoryCatalog();
}

class InMemoryCatalog implements MemoryCatalog {
  identity: IndexIdentity | null = null;
  readonly entries = new Map<string, EntryRecord>();
  readonly blobs = new Map<string, ParsedBlob>();
  readonly changes: ViewChange[] = [];
  readonly batches: string[][] = [];
  private readonly views = new Map<ViewId, View>();
  private readonly caches = new Map<ViewId, StatCache>();
  private writesLeft = Number.POSITIVE_INFINITY;

  async open(identity: IndexIdentity): Promise<void> {
    this.identity = identity;
  }

  failAfter(writes: number): void {
    this.writesLeft = writes;
  }

  async findMissing(pairs: readonly { path: string; blob: string }[]): Promise<{ path: string; blob: string }[]> {
    return pairs.filter((pair) => !this.entries.has(keyOf(pair)));
  }

  async findStored(pairs: readonly { path: string; blob: string }[]): Promise<{ blobs: string[]; paths: string[] }> {
    const blobs = new Set([...this.blobs.values()].map(({ blob }) => blob));
    const paths = new Set([...this.entries.values()].map(({ path }) => path));
    return {
      blobs: [...new Set(pairs.map(({ blob }) => blob))].filter((blob) => blobs.has(blob)),
      paths: [...new Set(pairs.map(({ path }) => path))].filter((path) => paths.has(path)),
    };
  }

  async findParsedBlob(blob: string, language: string): Promise<ParsedBlob | undefined> {
    return this.blobs.get(`${blob} ${language}`);
  }

  async findEmbedded(path: string, limit: number): Promise<EmbeddedBlob[]> {
    const versions = [...this.entries.values()].filter((entry) => entry.path === path).reverse();
    return versions.slice(0, limit).flatMap((entry) => {
      const parsed = [...this.blobs.values()].find(({ blob }) => blob === entry.blob);
      const vectors = Int8Array.from(entry.vectors.flatMap((vector) => [...vector]));
      return parsed === undefined ? [] : [{ text: parsed.text, chunks: parsed.chunks, vectors }];
    });
  }

  async putEntries(batch: readonly { parsed: ParsedBlob; entry: EntryRecord }[]): Promise<void> {
    this.countWrite();
    for (const { parsed, entry } of batch) {
      if (entry.vectors.length !== parsed.chunks.length || entry.terms.length !== parsed.chunks.length) {
        throw new OutpostError(
          "invalid_input",
          `entry "${entry.path}" needs one vector and one set of terms per chunk`,
        );
      }
      this.blobs.set(`${parsed.blob} ${parsed.language}`, parsed);
      this.entries.set(keyOf(entry), entry);
    }
    this.batches.push(batch.map(({ entry }) => entry.path));
  }

  async replaceEntries(batch: readonly { parsed: ParsedBlob; entry: EntryRecord }[]): Promise<void> {
    await this.putEntries(batch.filter(({ entry }) => this.entries.has(keyOf(entry))));
  }

  async changeView(change: ViewChange): Promise<ViewSummary> {
    this.countWrite();
    const unknown = change.set.find((pair) => !this.entries.has(keyOf(pair)));
    if (unknown) throw new OutpostError("conflict", `path "${unknown.path}" has no entry for blob "${unknown.blob}"`);
    const before = this.views.get(change.viewId);
    const view: View = {
      base: change.base,
      version: (before?.version ?? 0) + 1,
      paths: new Map(change.replace ? [] : before?.paths),
      skipped: new Map(change.replace ? [] : before?.skipped),
      complete: change.complete,
      commit: change.commit,
      indexedAtMs: change.nowMs,
    };
    if (change.replace && change.base) for (const path of this.pathsOf(change.base).keys()) view.paths.set(path, null);
    for (const { path } of change.set) view.skipped.delete(path);
    for (const path of change.removed) {
      view.skipped.delete(path);
      if (view.base === null) view.paths.delete(path);
      else view.paths.set(path, null);
    }
    for (const { path, blob } of change.set) view.paths.set(path, blob);
    for (const skipped of change.skipped) view.skipped.set(skipped.path, skipped);
    this.views.set(change.viewId, view);
    this.changes.push(change);
    return this.summary(change.viewId, view);
  }

  async shownFiles(viewId: ViewId): Promise<{ blobs: Map<string, string>; skipped: SkippedFile[] }> {
    const paths = [...(this.views.get(viewId)?.paths ?? [])];
    const blobs = new Map(paths.flatMap(([path, blob]) => (blob === null ? [] : [[path, blob] as const])));
    return { blobs, skipped: this.skipped(viewId) };
  }

  async shownBlobs(viewId: ViewId, paths: readonly string[]): Promise<Map<string, string>> {
    const shown = this.views.get(viewId)?.paths;
    return new Map(
      paths.flatMap((path) => {
        const blob = shown?.get(path);
        return blob === undefined || blob === null ? [] : [[path, blob]];
      }),
    );
  }

  async removeView(viewId: ViewId): Promise<void> {
    this.views.delete(viewId);
    this.caches.delete(viewId);
  }

  async collectOrphans(limit: number): Promise<number> {
    const live = new Set<string>();
    for (const view of this.views.values()) {
      for (const [path, blob] of view.paths) if (blob !== null) live.add(keyOf({ path, blob }));
    }
    const orphans = [...this.entries.keys()].filter((key) => !live.has(key)).slice(0, limit);
    for (const key of orphans) this.entries.delete(key);
    const blobs = new Set([...this.entries.values()].map(({ blob }) => blob));
    for (const [key, parsed] of this.blobs) if (!blobs.has(parsed.blob)) this.blobs.delete(key);
    return orphans.length;
  }

  async loadStatCache(viewId: ViewId): Promise<StatCache> {
    return new Map(this.caches.get(viewId));
  }

  async saveStatCache(viewId: ViewId, cache: StatCache): Promise<void> {
    this.caches.set(viewId, new Map(cache));
  }

  async close(): Promise<void> {}

  shown(viewId: ViewId): Record<string, string> {
    return Object.fromEntries([...this.pathsOf(viewId)].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  skipped(viewId: ViewId): SkippedFile[] {
    return [...(this.views.get(viewId)?.skipped.values() ?? [])];
  }

  private pathsOf(viewId: ViewId): Map<string, string> {
    const view = this.views.get(viewId);
    const paths = view?.base ? this.pathsOf(view.base) : new Map<string, string>();
    for (const [path, blob] of view?.paths ?? []) {
      if (blob === null) paths.delete(path);
      else paths.set(path, blob);
    }
    return paths;
  }

  private summary(viewId: ViewId, view: View): ViewSummary {
    const paths = this.pathsOf(viewId);
    const entries = [...paths].map(([path, blob]) => this.entries.get(keyOf({ path, blob })));
    return {
      viewId,
      base: view.base,
      version: view.version,
      complete: view.complete,
      files: paths.size,
      chunks: entries.reduce((sum, entry) => sum + (entry?.vectors.length ?? 0), 0),
      indexedAtMs: view.indexedAtMs,
      commit: view.commit,
    };
  }

  private countWrite(): void {
    if (this.writesLeft-- <= 0)
      throw new OutpostError("unavailable", "the catalog is told to fail", { retryable: true });
  }
}

function keyOf({ path, blob }: { path: string; blob: string }): string {
  return `${blob} ${path}`;
}
