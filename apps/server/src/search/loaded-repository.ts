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
} from "@outpost/retrieval";
import { readContent, readHead, type ViewHead } from "./view-state.ts";

export interface LoadedView {
  index: SearchIndex;
  vectorIndex: VectorReader;
  searchView: SearchView;
  stamp: string;
  version: number;
  isComplete: boolean;
  indexedAtMs: number;
  skippedFiles: number;
  /** Whether the catalog's vectors were made by the embedder that queries are embedded with. */
  hasVectors: boolean;
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

export class LoadedRepository {
  private index: SearchIndex;
  private vectors: RepositoryVectors;
  /** The identity of the index that the entries are from; their ids mean nothing in another. */
  private generation: string | null = null;
  private readonly ports: RepositoryPorts;
  private readonly root: ViewId;
  private readonly views = new Map<ViewId, LoadedView>();
  private queue: Promise<unknown> = Promise.resolve();

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
    const known = this.views.get(viewId);
    if (head !== null && known?.stamp === head.stamp) return known;
    if (head === null) {
      this.forget(viewId);
      return null;
    }
    // Its entries are nearly all of this view's, and the next run's too: they stay when this run has ended.
    if (head.summary.base !== null) await this.refresh(reader, head.summary.base);
    if (this.generation !== head.generation || (known !== undefined && head.summary.version < known.version)) {
      this.startOver(head.generation);
    }
    const { entryIds, skippedFiles } = await readContent(reader, head);
    await this.loadEntries(reader, entryIds, head.hasVectors);
    const { index } = this;
    const vectorIndex = this.vectors.reader;
    const { complete: isComplete, indexedAtMs, version } = head.summary;
    const view: LoadedView = {
      ...{ index, vectorIndex, searchView: index.createView(entryIds), stamp: head.stamp, version },
      ...{ isComplete, indexedAtMs, skippedFiles, hasVectors: head.hasVectors },
    };
    this.views.delete(viewId);
    this.views.set(viewId, view);
    for (const oldest of [...this.views.keys()].slice(0, -maxViews)) this.views.delete(oldest);
    await this.dropUnshown();
    return view;
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

  private async dropUnshown(): Promise<void> {
    const shown = new Set<number>();
    for (const { searchView } of this.views.values()) for (const entryId of searchView.entryIds) shown.add(entryId);
    const gone = this.index.keepOnly(shown);
    if (gone.length > 0) await this.vectors.memory?.remove(gone);
  }
}
