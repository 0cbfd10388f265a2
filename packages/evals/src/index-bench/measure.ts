// One repository through a real server: first index, an index with nothing to do, one changed file, searches.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type IndexStatus, OutpostError, type Repository } from "@outpost/protocol";
import { openSqliteCatalogReader } from "@outpost/store";
import { readMemory } from "../harness/processes.ts";
import { type BenchServer, registerAndIndex, startBenchServer, waitForIndex } from "../harness/server-process.ts";
import { changeFile, copyRepository, type RepositoryCopy } from "./copy-repository.ts";
import { findSymbols, makeQueries } from "./make-queries.ts";
import { watchProcesses } from "./watch-processes.ts";

export interface Run {
  wallSeconds: number;
  cpuSeconds: number;
}

export interface IndexResult {
  repository: string;
  files: number;
  chunks: number;
  languages: IndexStatus["languages"];
  skipped: IndexStatus["skipped"];
  sourceBytes: number;
  /** The mirror: a fetch of what HEAD reaches. */
  registering: Run;
  firstIndex: Run;
  /** Bytes, by process. */
  peaks: Record<string, number>;
  indexBytes: number;
  noChange: Run[];
  oneChange: Run[];
  /** One file changed while the index follows its source: processor time from the edit to a search that finds it. */
  followedCpuSeconds: number[];
  changedFile: string;
  firstSearchMs: number;
  /** As the client sees them, and as the server says. */
  searchMs: number[];
  serverSearchMs: number[];
  serverBytesAfterSearch: number;
}

const repeats = 5;
/** Long enough for a followed change to be noticed and indexed on a loaded machine; waiting costs nothing. */
const followMs = 2_500;
const queryCount = 30;
const maxSymbolFiles = 400;

export async function measureIndex(path: string, dist: string): Promise<IndexResult> {
  const copy = copyRepository(path);
  const server = await startBenchServer(dist, { model: "rules", "index-follow": "off" });
  const watch = watchProcesses(server.pid);
  try {
    const timed = async <Value>(work: () => Promise<Value>): Promise<{ run: Run; value: Value }> => {
      const [startMs, startSeconds] = [performance.now(), watch.cpuSeconds()];
      const value = await work();
      const run = { wallSeconds: (performance.now() - startMs) / 1000, cpuSeconds: watch.cpuSeconds() - startSeconds };
      return { run, value };
    };
    const body = { source: { type: "path" as const, path: copy.path } };
    const registered = await timed(() => server.client.call("registerRepository", { body }));
    const repository = registered.value;
    const first = await timed(() => waitForIndex(server, repository));
    const peaks = watch.peaks();
    const paths = await indexedPaths(server, repository);
    const searches = await measureSearches(server, repository, queriesOf(copy, paths));
    const noChange: Run[] = [];
    const oneChange: Run[] = [];
    const changedFile = fileOfMedianSize(copy, paths);
    for (let repeat = 0; repeat < repeats; repeat++) {
      noChange.push((await timed(() => waitForIndex(server, repository))).run);
      const word = changeFile(copy, changedFile);
      oneChange.push((await timed(() => waitForIndex(server, repository))).run);
      await assertFound(server, repository, word, changedFile);
    }
    const { files, chunks, languages, skipped } = first.value;
    const followedCpuSeconds = await measureFollowed(copy, dist, changedFile);
    return {
      followedCpuSeconds,
      ...{ repository: path, files, chunks, languages, skipped, changedFile, noChange, oneChange, peaks },
      sourceBytes: paths.reduce((sum, name) => sum + sizeOf(copy, name), 0),
      registering: registered.run,
      firstIndex: first.run,
      indexBytes: ["index.db", "index.db-wal"].reduce(
        (sum, name) => sum + sizeOf({ path: server.dataDirectory }, name),
        0,
      ),
      ...searches,
    };
  } finally {
    watch.stop();
    await server.close();
    copy.remove();
  }
}

/** By a server of its own, since the other one follows nothing. */
async function measureFollowed(copy: RepositoryCopy, dist: string, changedFile: string): Promise<number[]> {
  const server = await startBenchServer(dist, { model: "rules", "index-follow": "watch" });
  const watch = watchProcesses(server.pid);
  const wait = () => new Promise((resolve) => setTimeout(resolve, followMs));
  try {
    const repository = await registerAndIndex(server, copy.path);
    await server.client.call("search", { body: { repositoryId: repository.id, query: "main", limit: 1 } });
    await wait();
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const startSeconds = watch.cpuSeconds();
      const word = changeFile(copy, changedFile);
      await wait();
      await assertFound(server, repository, word, changedFile);
      seconds.push(watch.cpuSeconds() - startSeconds);
    }
    return seconds;
  } finally {
    watch.stop();
    await server.close();
  }
}

/** The change is only done when it can be found; how it ranks among others is not what is measured here. */
async function assertFound(server: BenchServer, repository: Repository, word: string, path: string): Promise<void> {
  const body = { repositoryId: repository.id, query: word, limit: 1, pathPrefix: path };
  const { hits } = await server.client.call("search", { body });
  if (hits[0]?.path !== path || !hits[0].text.includes(word))
    throw new OutpostError("internal", `a search for "${word}" did not find the line that was added to "${path}"`);
}

async function measureSearches(server: BenchServer, repository: Repository, queries: string[]) {
  const search = async (query: string) => {
    const startMs = performance.now();
    const body = { repositoryId: repository.id, query, limit: 10 };
    const { tookMs } = await server.client.call("search", { body });
    return { wallMs: performance.now() - startMs, tookMs };
  };
  const { wallMs: firstSearchMs } = await search("main");
  const searchMs: number[] = [];
  const serverSearchMs: number[] = [];
  for (const query of queries) {
    const { wallMs, tookMs } = await search(query);
    searchMs.push(wallMs);
    serverSearchMs.push(tookMs);
  }
  return { firstSearchMs, searchMs, serverSearchMs, serverBytesAfterSearch: readMemory(server.pid).rssBytes };
}

async function indexedPaths(server: BenchServer, repository: Repository): Promise<string[]> {
  const reader = await openSqliteCatalogReader({ path: join(server.dataDirectory, "index.db") });
  try {
    return [...(await reader.viewEntries(`checkout:${repository.id}`)).keys()];
  } finally {
    await reader.close();
  }
}

function sizeOf(place: { path: string }, name: string): number {
  return statSync(join(place.path, name), { throwIfNoEntry: false })?.size ?? 0;
}

function fileOfMedianSize(copy: RepositoryCopy, paths: readonly string[]): string {
  const source = paths.filter((path) => /\.(py|tsx?|jsx?|c|cc|cpp|h|hpp)$/.test(path));
  const sized = source.map((path) => ({ path, size: sizeOf(copy, path) })).sort((a, b) => a.size - b.size);
  return sized[Math.floor(sized.length / 2)]?.path ?? paths[0] ?? "";
}

function queriesOf(copy: RepositoryCopy, paths: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(paths.length / maxSymbolFiles));
  const texts = paths
    .filter((_, index) => index % step === 0)
    .map((path) => readFileSync(join(copy.path, path), "utf8"));
  return makeQueries(findSymbols(texts, queryCount));
}
