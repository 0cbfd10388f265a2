// For the tests of the indexer: a supervisor over a data directory of its own, and what its catalog shows, comparable between indexers.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdFactory, emptyEnvironment, type Repository } from "@outpost/protocol";
import type { CatalogReader, LoadedEntry } from "@outpost/retrieval";
import { openSqliteCatalogReader } from "@outpost/store";
import { embedderDirectory, entryPoint } from "../process/entry-points.ts";
import {
  createIndexerSupervisor,
  type IndexerSupervisor,
  type IndexerSupervisorOptions,
} from "./indexer-supervisor.ts";

export const newId = createIdFactory(Date.now, (count) => randomBytes(count));

export interface TestIndexer {
  supervisor: IndexerSupervisor;
  reader: CatalogReader;
  dataDirectory: string;
  close(): Promise<void>;
}

export async function openTestIndexer(options: Partial<IndexerSupervisorOptions> = {}): Promise<TestIndexer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "outpost-indexer-"));
  const supervisor = createIndexerSupervisor({
    entry: entryPoint("indexer"),
    settings: {
      ...{ dataDirectory, parserEntry: entryPoint("parser") },
      policyFile: join(dataDirectory, "none.yaml"),
      embedder: {
        kind: "built-in",
        cacheDirectory: dataDirectory,
        ...(embedderDirectory === null ? {} : { directory: embedderDirectory }),
      },
    },
    restartDelaysMs: [0],
    ...options,
  });
  const reader = await openSqliteCatalogReader({ path: join(dataDirectory, "index.db") });
  return {
    supervisor,
    reader,
    dataDirectory,
    close: async () => {
      await supervisor.close();
      await reader.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
}

export function folderRepository(path: string): Repository {
  return {
    id: newId("rep"),
    name: "test",
    source: { type: "path", path },
    isGit: false,
    headCommit: null,
    headBranch: null,
    environment: emptyEnvironment,
    createdAtMs: 0,
    importedAtMs: null,
  };
}

/** Everything that a search of the view could see, without the ids and times that depend on when it was indexed. */
export async function snapshotView(reader: CatalogReader, viewId: string): Promise<Record<string, unknown> | null> {
  const view = await reader.view(viewId);
  if (!view) return null;
  const paths = await reader.viewEntries(viewId);
  const ids = [...paths.values()].filter((id) => id !== null);
  const entries = await reader.loadEntries(ids);
  if (entries.length !== ids.length) throw new Error(`${ids.length - entries.length} entries of "${viewId}" are gone`);
  const files = await Promise.all(entries.map((entry) => snapshotEntry(reader, entry)));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const { complete, files: count, chunks } = view;
  return { complete, count, chunks, files, skipped: await reader.skipped(viewId) };
}

async function snapshotEntry(reader: CatalogReader, entry: LoadedEntry) {
  const { path, blob, language, chunks, vectors } = entry;
  const terms = entry.terms.map(({ hashes, frequencies }) => [hashes.join(), frequencies.join()]);
  return {
    path,
    blob,
    language,
    chunks,
    terms,
    vectors: Buffer.from(vectors).toString("hex"),
    text: await reader.readText(blob),
  };
}
