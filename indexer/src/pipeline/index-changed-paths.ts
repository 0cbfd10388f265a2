// Brings a run's view up to date: a delta over a base view, from the bytes of a few changed paths. Parses and embeds only what no entry
// has yet. Does not list anything: what the caller does not name stays as it was.
import type { SkippedFile, SourceFile, ViewId, ViewSummary } from "@outpost/retrieval";
import { gitBlobId } from "./git-blob-id.ts";
import { type FileResult, ingestFiles } from "./ingest.ts";
import { defaultPipelineLimits, type PipelineLimits } from "./limits.ts";
import type { FileProblem, IndexingPorts } from "./ports.ts";

export interface ChangedPath {
  path: string;
  /** Null: the path is gone. */
  content: Uint8Array | null;
}

export interface IndexChangedPathsInput {
  ports: IndexingPorts;
  viewId: ViewId;
  base: ViewId | null;
  /** Each path once. */
  changes: readonly ChangedPath[];
  commit: string | null;
  signal?: AbortSignal;
  limits?: Partial<PipelineLimits>;
}

/** Rejects with the signal's reason, or as the embedder or the catalog does; the view is as it was then. */
export async function indexChangedPaths(
  input: IndexChangedPathsInput,
): Promise<{ value: ViewSummary; problems: FileProblem[] }> {
  const { ports, viewId, base, commit, signal } = input;
  const contents = new Map<string, Uint8Array>();
  const files: SourceFile[] = [];
  const removed: string[] = [];
  const skipped: SkippedFile[] = [];
  for (const { path, content } of input.changes) {
    if (content === null) removed.push(path);
    else files.push({ path, blob: gitBlobId(content), bytes: content.length });
    if (content !== null) contents.set(path, content);
  }
  const wanted: SourceFile[] = [];
  for (const file of files) {
    const verdict = ports.filePolicy.checkListed(file);
    if (verdict) skipped.push({ path: file.path, blob: file.blob, ...verdict });
    else wanted.push(file);
  }
  const missing = new Set((await ports.catalog.findMissing(wanted.map(pairOf))).map((pair) => pair.path));
  const results = new Map<string, FileResult>();
  const problems: FileProblem[] = [];
  await ingestFiles({
    files: wanted.filter(({ path }) => missing.has(path)),
    tree: { read: async ({ path }) => contents.get(path) ?? new Uint8Array() },
    ports,
    limits: { ...defaultPipelineLimits, ...input.limits },
    signal,
    onBatch: async (batch) => {
      for (const [index, file] of batch.files.entries()) {
        const result = batch.results[index];
        if (result) results.set(file.path, result);
      }
      problems.push(...batch.problems);
    },
  });
  const set: { path: string; blob: string }[] = [];
  for (const file of wanted) {
    const result = results.get(file.path);
    if (result?.kind === "skipped") skipped.push({ ...pairOf(file), ...result.verdict });
    else set.push(pairOf(file));
  }
  signal?.throwIfAborted();
  const view = await ports.catalog.changeView({
    viewId,
    base,
    replace: false,
    set,
    removed: [...removed, ...skipped.map(({ path }) => path)],
    skipped,
    complete: true,
    commit,
    nowMs: ports.nowMs(),
  });
  return { value: view, problems };
}

function pairOf({ path, blob }: SourceFile): { path: string; blob: string } {
  return { path, blob };
}
