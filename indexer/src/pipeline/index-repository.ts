// One pass over a tree of files: list, skip by policy, find what is missing, store it, and only then let the view show it. Killed at any
// point it left the view as it was and what it stored is found again; running it again is resuming it. An error never wipes a view.
import type { SkipReason } from "@outpost/protocol";
import type {
  SkippedFile,
  SourceFile,
  SourceListing,
  SourceTree,
  StatCache,
  ViewId,
  ViewSummary,
} from "@outpost/retrieval";
import { detectLanguage } from "../languages/registry.ts";
import { type FileResult, ingestFiles } from "./ingest.ts";
import { defaultPipelineLimits, type PipelineLimits } from "./limits.ts";
import type { FileProblem, IndexingPorts } from "./ports.ts";
import { createProgressMeter, type IndexProgress, type ProgressMeter } from "./progress.ts";
import { findShownBefore, type ShownBefore } from "./shown-before.ts";

export interface IndexRepositoryInput {
  tree: SourceTree;
  ports: IndexingPorts;
  viewId: ViewId;
  /** The view that this one is stored as a delta of; null or absent: it stands alone. It shows the tree either way. */
  base?: ViewId | null;
  /** Reads every file again instead of trusting size and time. Default false. */
  force?: boolean;
  onProgress?: (progress: IndexProgress) => void;
  signal?: AbortSignal;
  limits?: Partial<PipelineLimits>;
}

export interface IndexOutcome {
  view: ViewSummary;
  /** Entries this pass stored. */
  stored: number;
  skipped: { reason: SkipReason; files: number; examples: string[] }[];
  /** Files by language. */
  languages: Record<string, number>;
  /** Of the listing: all that hold files, and what is above them; "" is the root. */
  directories: string[];
  durationMs: number;
}

interface Pass {
  input: IndexRepositoryInput;
  limits: PipelineLimits;
  meter: ProgressMeter;
  before: ShownBefore;
  /** Nothing was listed before: what is there is shown while more comes. */
  isFirst: boolean;
  /** By path and blob: what reading decided. */
  results: Map<string, FileResult>;
  problems: FileProblem[];
  stored: number;
}

interface Sorted {
  listing: SourceListing;
  candidates: SourceFile[];
  skipped: SkippedFile[];
}

/** Rejects with the signal's reason, or as the tree's listing, the embedder or the catalog does. */
export async function indexRepository(
  input: IndexRepositoryInput,
): Promise<{ value: IndexOutcome; problems: FileProblem[] }> {
  const { ports, viewId, base = null, signal } = input;
  const { catalog, nowMs } = ports;
  const startedAtMs = nowMs();
  const cache = await catalog.loadStatCache(viewId);
  const saved = new Map(cache);
  const pass: Pass = {
    input,
    limits: { ...defaultPipelineLimits, ...input.limits },
    meter: createProgressMeter(nowMs, input.onProgress ?? (() => {})),
    before: await findShownBefore(catalog, viewId, base),
    isFirst: cache.size === 0 && base === null,
    results: new Map(),
    problems: [],
    stored: 0,
  };
  if (input.force) cache.clear();
  const sorted = await ingestListings(pass, cache);
  signal?.throwIfAborted();
  const { view, skipped, shown } = await showAll(pass, sorted);
  if (!isSameCache(saved, cache)) await catalog.saveStatCache(viewId, cache);
  const outcome: IndexOutcome = {
    view,
    stored: pass.stored,
    skipped: summarizeSkipped(skipped),
    languages: countLanguages(shown),
    directories: directoriesOf(sorted.listing),
    durationMs: nowMs() - startedAtMs,
  };
  return { value: outcome, problems: boundProblems(pass) };
}

function isSameCache(saved: StatCache, cache: StatCache): boolean {
  if (saved.size !== cache.size) return false;
  for (const [path, stat] of cache) if (saved.get(path) !== stat) return false;
  return true;
}

/** Lists and stores until nothing changed between the listing and the reading, at most `maxListings` times. */
async function ingestListings(pass: Pass, cache: StatCache): Promise<Sorted> {
  for (let round = 1; ; round++) {
    const sorted = await listSorted(pass, cache);
    const hasChanged = await ingestListing(pass, sorted);
    if (!hasChanged || round >= pass.limits.maxListings) return sorted;
  }
}

async function listSorted({ input, before }: Pass, cache: StatCache): Promise<Sorted> {
  const listing = await input.tree.list(cache, input.signal);
  const skipped: SkippedFile[] = listing.problems.map((problem) => ({ ...problem, blob: "" }));
  const candidates: SourceFile[] = [];
  for (const file of listing.files) {
    const known = before.verdictOn(file);
    const verdict = known === undefined ? input.ports.filePolicy.checkListed(file) : known;
    if (verdict) skipped.push({ path: file.path, blob: file.blob, ...verdict });
    else candidates.push(file);
  }
  return { listing, candidates, skipped };
}

async function ingestListing(pass: Pass, { listing, candidates }: Sorted): Promise<boolean> {
  const { input, meter, limits, results } = pass;
  const { catalog } = input.ports;
  const missing = await findMissingFiles(pass, candidates);
  const toRead = missing.filter((file) => !results.has(keyOf(file)));
  const bytes = toRead.reduce((sum, file) => sum + file.bytes, 0);
  meter.begin({ files: candidates.length, bytes, alreadyDone: candidates.length - toRead.length });
  const absent = new Set(missing.map(keyOf));
  let unshown: SourceFile[] = pass.isFirst ? candidates.filter((file) => !absent.has(keyOf(file))) : [];
  let hasChanged = false;
  await ingestFiles({
    files: toRead,
    tree: input.tree,
    ports: input.ports,
    limits,
    signal: input.signal,
    onBatch: async (batch) => {
      for (const [index, file] of batch.files.entries()) {
        const result = batch.results[index] ?? { kind: "changed" };
        if (result.kind === "changed") hasChanged = true;
        else results.set(keyOf(file), result);
        if (result.kind !== "stored") continue;
        pass.stored++;
        if (pass.isFirst) unshown.push(file);
      }
      pass.problems.push(...batch.problems);
      const batchBytes = batch.files.reduce((sum, file) => sum + file.bytes, 0);
      meter.advance({ files: batch.files.length, bytes: batchBytes, chunks: batch.chunks });
      if (unshown.length < limits.filesPerFlip) return;
      const set = unshown.map(pairOf);
      unshown = [];
      await catalog.changeView({ ...emptyChange(pass), set, commit: listing.commit });
    },
  });
  return hasChanged;
}

async function findMissingFiles({ input, before }: Pass, files: readonly SourceFile[]): Promise<SourceFile[]> {
  const asked = files.filter((file) => !before.isShown(file));
  const missing = new Set<string>();
  for (let start = 0; start < asked.length; start += 5_000) {
    const pairs = asked.slice(start, start + 5_000).map(pairOf);
    for (const pair of await input.ports.catalog.findMissing(pairs)) missing.add(keyOf(pair));
  }
  return asked.filter((file) => missing.has(keyOf(file)));
}

/** The last step: the view shows exactly the listing, less what is skipped. */
async function showAll(pass: Pass, { listing, candidates, skipped: byName }: Sorted) {
  const skipped = [...byName];
  const shown: { path: string; blob: string }[] = [];
  const unread: SourceFile[] = [];
  const missing = new Set(await findMissingFiles(pass, candidates));
  for (const file of candidates) {
    const result = missing.has(file) ? pass.results.get(keyOf(file)) : undefined;
    if (!missing.has(file)) shown.push(pairOf(file));
    else if (result?.kind === "skipped") skipped.push({ ...pairOf(file), ...result.verdict });
    else unread.push(file);
  }
  const kept = await keepBefore(pass, unread);
  // The candidates are in order.
  if (kept.length > 0) shown.push(...kept);
  if (kept.length > 0) shown.sort((a, b) => (a.path < b.path ? -1 : 1));
  const change = { ...emptyChange(pass), replace: true, set: shown, skipped, complete: true, commit: listing.commit };
  const view = await pass.input.ports.catalog.changeView(change);
  return { view, skipped, shown };
}

/** Files that could not be read keep what the view showed of them, where that is still stored. */
async function keepBefore(pass: Pass, unread: readonly SourceFile[]): Promise<{ path: string; blob: string }[]> {
  const kept = unread.flatMap(({ path }) => {
    const blob = pass.before.blobs.get(path);
    return blob === undefined ? [] : [{ path, blob }];
  });
  const gone = new Set((await pass.input.ports.catalog.findMissing(kept)).map(keyOf));
  const showing = kept.filter((pair) => !gone.has(keyOf(pair)));
  const old = new Set(showing.map(({ path }) => path));
  for (const file of unread) {
    const result = pass.results.get(keyOf(file));
    const why =
      result?.kind === "failed" ? result.detail : `it changed each of ${pass.limits.maxListings} times it was read`;
    pass.problems.push({
      path: file.path,
      detail: `${old.has(file.path) ? "shown as it was before" : "not shown"}: ${why}`,
    });
  }
  return showing;
}

function emptyChange({ input }: Pass) {
  const { viewId, base = null, ports } = input;
  return {
    viewId,
    base,
    replace: false,
    set: [],
    removed: [],
    skipped: [],
    complete: false,
    nowMs: ports.nowMs(),
  };
}

function boundProblems({ problems, limits }: Pass): FileProblem[] {
  if (problems.length <= limits.maxProblems) return problems;
  const rest = problems.length - limits.maxProblems;
  return [...problems.slice(0, limits.maxProblems), { path: "", detail: `${rest} more problems are not listed` }];
}

function summarizeSkipped(skipped: readonly SkippedFile[]): IndexOutcome["skipped"] {
  const byReason = new Map<SkipReason, { reason: SkipReason; files: number; examples: string[] }>();
  for (const { path, reason } of skipped) {
    const summary = byReason.get(reason) ?? { reason, files: 0, examples: [] };
    summary.files++;
    if (summary.examples.length < 5) summary.examples.push(path);
    byReason.set(reason, summary);
  }
  return [...byReason.values()];
}

function directoriesOf({ files, problems }: SourceListing): string[] {
  const directories = new Set([""]);
  for (const { path } of [...files, ...problems]) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const directory = path.slice(0, slash);
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return [...directories];
}

function countLanguages(files: readonly { path: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of files) {
    const { name } = detectLanguage(path, "");
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function keyOf({ path, blob }: { path: string; blob: string }): string {
  return `${blob} ${path}`;
}

function pairOf({ path, blob }: { path: string; blob: string }): { path: string; blob: string } {
  return { path, blob };
}
