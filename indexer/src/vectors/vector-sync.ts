// Keeps a vector engine outside in step with the catalog. A view flips only when what it shows was sent; where the engine does not answer,
// the view flips all the same (it can be searched by words), what is missing stays on the ledger's list, and is sent at the next chance.
// Invariant: an entry is noted as sent after the engine has said that it is stored, never before.
import { isOutpostError, type OutpostError } from "@outpost/protocol";
import type {
  CatalogReader,
  CatalogWriter,
  StoredGeneration,
  VectorLedger,
  VectorStore,
  ViewChange,
  ViewId,
} from "@outpost/retrieval";

export interface VectorSyncParts {
  catalog: CatalogWriter;
  ledger: VectorLedger;
  reader: Pick<CatalogReader, "loadEntries">;
  /** Its name is the index's, which the ledger knows. */
  openStore(index: string): VectorStore;
  /** What searches are narrowed by, of a root view. */
  repositoryOf(root: ViewId): string;
  nowMs(): number;
}

export interface SyncProgress {
  sentChunks: number;
  unsentChunks: number;
}

export interface VectorSync {
  /** The catalog, whose views flip when the engine holds what they show. */
  catalog: CatalogWriter;
  /** Sends all that is on the list, and what the store has lost. Going on is asking again. Rejects as the store does. */
  sendAll(onProgress: (progress: SyncProgress) => void, signal?: AbortSignal): Promise<SyncProgress>;
  counts(): Promise<SyncProgress>;
  /** Why the engine has not all that it should; null when all is well as far as is known. */
  problem(): OutpostError | null;
  store(): Promise<VectorStore>;
  /** Removes everything from the engine. */
  drop(signal?: AbortSignal): Promise<void>;
}

/** Entries read and sent together. */
const entriesPerBatch = 64;
const gonePerBatch = 1000;
/** Entries whose presence says that the engine is not an older copy of itself. */
const newestLookedAt = 64;
/** An engine that did not answer is left alone for so long, or for five times as long as it took, so that it does not hold up every step. */
const restMs = 30_000;
const restPerLostMs = 5;
const maxRestMs = 600_000;

export function createVectorSync(parts: VectorSyncParts): VectorSync {
  const { catalog, ledger, reader, nowMs, repositoryOf } = parts;
  let opening: Promise<StoredGeneration> | undefined;
  /** What was last settled with the engine. */
  let settled = "";
  let failure: OutpostError | null = null;
  let restsUntilMs = 0;

  const store = async (): Promise<VectorStore> => parts.openStore((await ledger.place()).index);

  async function open(signal?: AbortSignal): Promise<StoredGeneration> {
    const { generation, dimensions } = await ledger.place();
    const opened = await (await store()).openGeneration(generation, dimensions, signal);
    if (opened.isNew || (await hasLost(opened, signal))) await ledger.forgetSent();
    settled = "";
    return opened;
  }

  /** Fewer chunks than were sent, or not the newest of them: emptied, another server, or put back to how it was before. */
  async function hasLost(opened: StoredGeneration, signal?: AbortSignal): Promise<boolean> {
    const { sentChunks } = await ledger.counts();
    if ((await opened.count(signal)) < sentChunks) return true;
    const newest = await ledger.newestSent(newestLookedAt);
    return newest.chunks > 0 && (await opened.countOf(newest.entryIds, signal)) < newest.chunks;
  }

  /** A failed opening is tried again, and a collection that went meanwhile is made anew. */
  async function withGeneration<Value>(work: (opened: StoredGeneration) => Promise<Value>, signal?: AbortSignal) {
    opening ??= open(signal);
    try {
      return await work(await opening);
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  async function send(opened: StoredGeneration, root: ViewId, entryIds: readonly number[], signal?: AbortSignal) {
    for (let at = 0; at < entryIds.length; at += entriesPerBatch) {
      const batch = entryIds.slice(at, at + entriesPerBatch);
      const entries = await reader.loadEntries(batch);
      const roots = await ledger.rootsOf(entries.map(({ entryId }) => entryId));
      const repositories = roots.map((known) => [...new Set([...known, root].map(repositoryOf))].sort());
      await opened.put(
        entries.map((entry, index) => ({ ...entry, repositories: repositories[index] ?? [] })),
        signal,
      );
      await ledger.noteSent(root, batch);
    }
  }

  async function removeGone(opened: StoredGeneration, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const gone = await ledger.listGone(gonePerBatch);
      if (gone.length === 0) return;
      await opened.remove(gone, signal);
      await ledger.noteGone(gone);
    }
  }

  /** The name leads to the latest generation, and what the catalog has no more goes. */
  async function settle(opened: StoredGeneration, signal?: AbortSignal): Promise<void> {
    const { isLatest, generations } = await ledger.place();
    const wanted = JSON.stringify([isLatest, generations]);
    if (settled === wanted) return;
    if (isLatest) await opened.show(signal);
    await (await store()).keepOnly(generations, signal);
    settled = wanted;
  }

  async function sendUnsent(opened: StoredGeneration, onBatch: () => Promise<void>, signal?: AbortSignal) {
    for (;;) {
      signal?.throwIfAborted();
      await onBatch();
      const next = await ledger.nextUnsent(entriesPerBatch * 4);
      if (next === null) return;
      await send(opened, next.root, next.entryIds, signal);
    }
  }

  /** What the engine refuses or cannot do is kept for later, and never stops an index. */
  async function attempt(work: (opened: StoredGeneration) => Promise<void>): Promise<void> {
    const startedMs = nowMs();
    if (failure !== null && startedMs < restsUntilMs) return;
    try {
      await withGeneration(work);
      failure = null;
    } catch (error) {
      if (!isOutpostError(error)) throw error;
      failure = error;
      const endedMs = nowMs();
      const lostMs = endedMs - startedMs;
      restsUntilMs = endedMs + Math.min(maxRestMs, Math.max(restMs, lostMs * restPerLostMs));
    }
  }

  async function changeView(change: ViewChange) {
    const root = change.base ?? change.viewId;
    await attempt(async (opened) => {
      await send(opened, root, await ledger.findUnsent(root, change.set));
    });
    const summary = await catalog.changeView(change);
    await attempt((opened) => settle(opened));
    return summary;
  }

  return {
    catalog: {
      ...catalog,
      changeView,
      async replaceEntries(batch) {
        await catalog.replaceEntries(batch);
        await attempt((opened) => sendUnsent(opened, async () => {}));
      },
      async collectOrphans(limit) {
        const collected = await catalog.collectOrphans(limit);
        await attempt((opened) => removeGone(opened));
        return collected;
      },
    },
    async sendAll(onProgress, signal) {
      // Looks again whether the store holds what it was sent.
      opening = undefined;
      return withGeneration(async (opened) => {
        await settle(opened, signal);
        await removeGone(opened, signal);
        await sendUnsent(opened, async () => onProgress(await ledger.counts()), signal);
        failure = null;
        return ledger.counts();
      }, signal);
    },
    counts: () => ledger.counts(),
    problem: () => failure,
    store,
    async drop(signal) {
      await (await store()).drop(signal);
      opening = undefined;
      await ledger.forgetSent();
    },
  };
}
