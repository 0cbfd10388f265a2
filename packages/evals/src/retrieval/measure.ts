// Runs every engine over every repository that has labels and a checkout, and keeps what each query scored.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Parser } from "@outpost/indexer";
import type { Embedder } from "@outpost/retrieval";
import { processTree } from "../harness/processes.ts";
import { createKeywordGrep, createPlainBm25 } from "./baselines.ts";
import { type CorpusFile, readCorpus } from "./corpus.ts";
import type { LabelledQuery, LabelledRepository, Skipped, Target } from "./labels.ts";
import { percentile, type QueryScore, scoreAnswers } from "./metrics.ts";
import { createOutpostEngines, type Engine, prepareEntries } from "./outpost-engine.ts";

export interface QueryResult extends QueryScore {
  query: string;
  category: string;
  /** Of the first time that it was asked: code that is not compiled yet, memory that is not there yet. */
  coldMs: number;
  /** When it was asked again, as a server that has been asked before answers it: the median of some times; the first where it was not. */
  warmMs: number;
}

export interface RepositoryResult {
  name: string;
  language: string;
  files: number;
  chunks: number;
  /** Of the texts that were indexed. */
  sourceBytes: number;
  /** Of terms and vectors, without the texts. */
  indexBytes: number;
  indexMs: number;
  /** Of this process and the parser's. */
  indexCpuSeconds: number;
  /** By engine. */
  engines: Record<string, QueryResult[]>;
}

export interface MeasureInput {
  repositories: readonly LabelledRepository[];
  checkouts: string;
  mode: "root" | "full";
  withBaselines: boolean;
  parser: Parser;
  embedder: Embedder;
  /** `prepared` can be kept for studies; it holds the repository's index. */
  onRepository: (result: RepositoryResult, prepared: PreparedRepository) => void;
  onSkipped: (skipped: Skipped) => void;
}

export async function measure(input: MeasureInput): Promise<RepositoryResult[]> {
  const results: RepositoryResult[] = [];
  for await (const prepared of prepareRepositories(input)) {
    const result = await measureRepository(prepared, input);
    input.onRepository(result, prepared);
    results.push(result);
  }
  return results;
}

export interface PreparedRepository {
  repository: LabelledRepository;
  checkout: string;
  root: string;
  files: CorpusFile[];
  hybrid: Engine;
  lexical: Engine;
  expanded: Engine;
  costs: Pick<RepositoryResult, "chunks" | "sourceBytes" | "indexBytes" | "indexMs" | "indexCpuSeconds">;
}

/** The repositories that have a checkout with text in it, indexed, one after the other. The others are named. */
export async function* prepareRepositories(
  input: Pick<MeasureInput, "repositories" | "checkouts" | "mode" | "parser" | "embedder" | "onSkipped">,
): AsyncGenerator<PreparedRepository> {
  for (const repository of input.repositories) {
    const { name } = repository;
    const checkout = join(input.checkouts, name);
    const root = input.mode === "root" ? repository.root : "";
    if (!statSync(join(checkout, root), { throwIfNoEntry: false })?.isDirectory()) {
      input.onSkipped({ name, reason: `no folder "${join(name, root)}" among the checkouts` });
      continue;
    }
    const startedMs = performance.now();
    const startCpuSeconds = cpuSeconds();
    const files = await readCorpus(checkout, root);
    if (files.length === 0) {
      input.onSkipped({ name, reason: `no text in "${join(name, root)}"` });
      continue;
    }
    const lost = describeLostAnswers(repository, root, files);
    if (lost !== undefined) input.onSkipped({ name, reason: lost });
    const entries = await prepareEntries(files, input.parser, input.embedder);
    const engines = await createOutpostEngines(entries, input.embedder);
    const bytesOf = ({ vectors, terms }: (typeof entries)[number]) =>
      terms.reduce((sum, { hashes }) => sum + hashes.length * 5, vectors.length);
    const costs = {
      chunks: entries.reduce((sum, { chunks }) => sum + chunks.length, 0),
      sourceBytes: files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
      indexBytes: entries.reduce((sum, entry) => sum + bytesOf(entry), 0),
      indexMs: performance.now() - startedMs,
      indexCpuSeconds: cpuSeconds() - startCpuSeconds,
    };
    yield { repository, checkout, root, files, ...engines, costs };
  }
}

const shownAnswers = 5;

/**
 * Answers that nothing can find, in words: they count as not found. They lie outside of the folder that is searched, or the checkout is at
 * another commit.
 */
export function describeLostAnswers(
  { queries }: LabelledRepository,
  root: string,
  files: readonly Pick<CorpusFile, "path" | "text">[],
): string | undefined {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const isThere = ({ path, lines }: Target) => {
    const text = texts.get(path);
    return text !== undefined && (lines === null || lines.startLine <= text.trimEnd().split("\n").length);
  };
  const targets = queries.flatMap((query) => query.targets);
  const lost = targets.filter((target) => !isThere(target));
  if (lost.length === 0) return undefined;
  const names = lost
    .slice(0, shownAnswers)
    .map(({ path, lines }) => (lines === null ? path : `${path}:${lines.startLine}-${lines.endLine}`));
  const more = lost.length > shownAnswers ? ", …" : "";
  const [where, why] =
    root === ""
      ? ["of the checkout", "is it at the commit of its labels?"]
      : [`below "${root}"`, "--mode full searches the whole checkout"];
  return `${lost.length} of ${targets.length} answers are in no text ${where} and count as not found (${names.join(", ")}${more}); ${why}`;
}

/** Of this process and its children; those that have ended are counted by the one that waited for them. */
function cpuSeconds(): number {
  return processTree(process.pid).reduce((sum, { ownSeconds, waitedSeconds }) => sum + ownSeconds + waitedSeconds, 0);
}

const warmRounds = 5;

async function measureRepository(prepared: PreparedRepository, input: MeasureInput): Promise<RepositoryResult> {
  const { repository, checkout, root, files, hybrid, lexical, expanded, costs } = prepared;
  const baselines = input.withBaselines ? [createPlainBm25(files), createKeywordGrep(checkout, root)] : [];
  const engines: Record<string, QueryResult[]> = {};
  const isExpanded = repository.queries.some(({ expansion }) => expansion !== undefined);
  for (const engine of [hybrid, lexical, ...(isExpanded ? [expanded] : [])])
    engines[engine.name] = await runQueries(engine, repository, warmRounds);
  for (const engine of baselines) engines[engine.name] = await runQueries(engine, repository);
  return { name: repository.name, language: repository.language, files: files.length, ...costs, engines };
}

/**
 * Every question once, which gives the answers, and then as often again as there are `warmRounds`: all of them in turns, so that none finds
 * what it has just left behind in the processor's cache.
 */
export async function runQueries(
  engine: Engine,
  repository: LabelledRepository,
  warmRounds = 0,
): Promise<QueryResult[]> {
  const time = async ({ query, expansion }: LabelledQuery) => {
    const startedMs = performance.now();
    const answers = await engine.search(query, expansion);
    return { answers, tookMs: performance.now() - startedMs };
  };
  const asked = [];
  for (const labelled of repository.queries)
    asked.push({ labelled, ...(await time(labelled)), againMs: [] as number[] });
  for (let round = 0; round < warmRounds; round += 1) {
    for (const { labelled, againMs } of asked) againMs.push((await time(labelled)).tookMs);
  }
  return asked.map(({ labelled, answers, tookMs: coldMs, againMs }) => {
    const { query, category } = labelled;
    const warmMs = againMs.length === 0 ? coldMs : percentile(againMs, 0.5);
    return { query, category, coldMs, warmMs, ...scoreAnswers(labelled, answers) };
  });
}
