// One repository in memory: its entries once, shared by the views that show them, with one vector index. Refreshing a view loads what is
// new to it and drops what no view shows any more. Changes happen one at a time; searches go on meanwhile with the views they have.
import {
  type CatalogReader,
  type Embedder,
  SearchIndex,
  type SearchView,
  type VectorIndex,
  type VectorReader,
  type ViewId,
  type ViewVersions,
} from "@outpost/retrieval";
import { readContent, readHead, type ViewHead } from "./view-state.ts";

export interface LoadedView {
  index: SearchIndex;
  vectorIndex: VectorReader;
  searchView: SearchView;
  stamp: string;
  versions: ViewVersions;
  isComplete: boolean;
  indexedAtMs: number;
  skippedFiles: number;
  /** Whether the catalog's vectors were made by the embedder that queries are embedded with. */
  hasVectors: boolean;
}

interface ReadView {
  searchView: SearchView;
  skippedFiles: number;
  /** Ids of the entries that the view shows no more; null: any may be among them. */
  gone: number[] | null;
}

/** Where a repository's vectors are searched. */
export interface RepositoryVectors {
  reader: VectorReader;
  /** What is filled as entries come and go; null where an engine of its own holds them already. */
  memory: VectorIndex | null;
}

export interface RepositoryPorts {
  embedder: Embedder;
  openVectors: (wanted: { dimensions: number; root: ViewId }) => RepositoryVectors;
}

/** Entries loaded between two turns of the event loop. */
const batchEntries = 256;
/** Views kept per repository (a checkout and its runs); beyond them the least recently searched goes. */
const maxViews = 32;
/** Entries of which each is looked for in the other views; more are compared with all that the views show. */
const maxLookedFor = 16;

export class LoadedRepository {
  private index: SearchIndex;
  private vectors: RepositoryVectors;
  /** The identity of the index that the entries are from; their ids mean nothing in another. */
  private generation: string | null = null;
  private readonly ports: RepositoryPorts;
  private readonly root: ViewId;
  private readonly views = new Map<ViewId, LoadedView>();
  private queue: Promise<unknown> = Promise.resolve();
  /** A refresh loads, or failed when it had loaded something that no view shows. */
  private mayHoldUnshown = false;

  constructor(ports: RepositoryPorts, root: ViewId) {
    this.ports = ports;
    this.root = root;
    this.index = new SearchIndex(ports.embedder.translations);
    this.vectors = this.openVectors();
  }

  get chunkCount(): number {
    return this.index.chunkCount;
  }

  get viewCount(): number {
    return this.views.size;
  }

  /** A view that is gone or not wanted: its own entries go as soon as what is under way is done. */
  forget(viewId: ViewId): void {
    if (!this.views.delete(viewId)) return;
    this.queue = this.queue.then(() => this.dropUnshown()).catch(() => {});
  }

  /** The view as the catalog shows it now; null when it is not there. */
  async load(reader: CatalogReader, viewId: ViewId): Promise<LoadedView | null> {
    const head = await this.readHead(reader, viewId);
    const known = this.views.get(viewId);
    if (head !== null && known?.stamp === head.stamp) {
      this.views.delete(viewId);
      this.views.set(viewId, known);
      return known;
    }
    const refreshed = this.queue.then(() => this.refresh(reader, viewId));
    this.queue = refreshed.catch(() => {});
    return refreshed;
  }

  private readHead(reader: CatalogReader, viewId: ViewId): Promise<ViewHead | null> {
    const { name, revision } = this.ports.embedder.identity;
    return readHead(reader, viewId, `${name}@${revision}`);
  }

  private async refresh(reader: CatalogReader, viewId: ViewId): Promise<LoadedView | null> {
    // Another refresh may have done it while this one waited.
    const head = await this.readHead(reader, viewId);
    const before = this.views.get(viewId);
    if (head !== null && before?.stamp === head.stamp) return before;
    if (head === null) {
      this.forget(viewId);
      return null;
    }
    // Its entries are nearly all of this view's, and the next run's too: they stay when this run has ended.
    if (head.summary.base !== null) await this.refresh(reader, head.summary.base);
    if (
      this.generation !== head.generation ||
      (before !== undefined && head.versions.version < before.versions.version)
    ) {
      this.startOver(head.generation);
    }
    const mayHoldMore = this.mayHoldUnshown;
    this.mayHoldUnshown = true;
    const { searchView, skippedFiles, gone } =
      (await this.readChanges(reader, head)) ?? (await this.readWhole(reader, head));
    const { complete: isComplete, indexedAtMs } = head.summary;
    const view: LoadedView = {
      ...{
        index: this.index,
        vectorIndex: this.vectors.reader,
        searchView,
        stamp: head.stamp,
        versions: head.versions,
      },
      ...{ isComplete, indexedAtMs, skippedFiles, hasVectors: head.hasVectors },
    };
    this.views.delete(viewId);
    this.views.set(viewId, view);
    const tooMany = [...this.views.keys()].slice(0, -maxViews);
    for (const oldest of tooMany) this.views.delete(oldest);
    await this.dropUnshown(mayHoldMore || tooMany.length > 0 ? null : gone);
    this.mayHoldUnshown = false;
    return view;
  }

  private async readWhole(reader: CatalogReader, head: ViewHead): Promise<ReadView> {
    const { entryIds, skippedFiles } = await readContent(reader, head);
    await this.loadEntries(reader, entryIds, head.hasVectors);
    return { searchView: this.index.createView(entryIds), skippedFiles, gone: null };
  }

  /** Null where the view is not held, or too much of it changed. */
  private async readChanges(reader: CatalogReader, { summary, hasVectors }: ViewHead): Promise<ReadView | null> {
    const held = this.views.get(summary.viewId);
    const changes = held === undefined ? null : await reader.viewChanges(summary.viewId, held.versions);
    if (held === undefined || changes === null) return null;
    const { entries, skippedFiles } = changes;
    const entryIds = [...entries.values()].filter((entryId) => entryId !== null);
    await this.loadEntries(reader, entryIds, hasVectors);
    const { view: searchView, gone } = this.index.changeView(held.searchView, entries);
    return { searchView, skippedFiles, gone };
  }

  /** Another index, or one that was removed and built again: nothing of what is held can be told apart from it. */
  private startOver(generation: string): void {
    this.generation = generation;
    this.index = new SearchIndex(this.ports.embedder.translations);
    this.vectors = this.openVectors();
    this.views.clear();
  }

  private openVectors(): RepositoryVectors {
    return this.ports.openVectors({ dimensions: this.ports.embedder.identity.dimensions, root: this.root });
  }

  private async loadEntries(reader: CatalogReader, entryIds: readonly number[], hasVectors: boolean): Promise<void> {
    const missing = entryIds.filter((entryId) => !this.index.has(entryId));
    for (let at = 0; at < missing.length; at += batchEntries) {
      const entries = await reader.loadEntries(missing.slice(at, at + batchEntries));
      if (hasVectors) await this.vectors.memory?.put(entries);
      this.index.add(entries);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** `candidates`: those that may be shown no more; null: any. */
  private async dropUnshown(candidates: readonly number[] | null = null): Promise<void> {
    const views = [...this.views.values()];
    const gone =
      candidates === null || candidates.length > maxLookedFor
        ? this.index.keepOnly(new Set(views.flatMap(({ searchView }) => searchView.entryIds)))
        : this.index.take(candidates.filter((id) => !views.some(({ searchView }) => searchView.entryIds.includes(id))));
    if (gone.length > 0) await this.vectors.memory?.remove(gone);
  }
}
