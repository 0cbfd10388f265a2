// Runs every engine over every repository that has labels and a checkout, and keeps what each query scored.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Parser } from "@outpost/indexer";
import type { Embedder } from "@outpost/retrieval";
import { createKeywordGrep, createPlainBm25 } from "./baselines.ts";
import { readCorpus } from "./corpus.ts";
import type { LabelledRepository } from "./labels.ts";
import { type QueryScore, scoreAnswers } from "./metrics.ts";
import { createOutpostEngines, type Engine, prepareEntries } from "./outpost-engine.ts";

export interface QueryResult extends QueryScore {
  query: string;
  category: string;
  tookMs: number;
}

export interface RepositoryResult {
  name: string;
  language: string;
  files: number;
  chunks: number;
  indexMs: number;
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
  onRepository: (result: RepositoryResult) => void;
}

export async function measure(input: MeasureInput): Promise<RepositoryResult[]> {
  const results: RepositoryResult[] = [];
  for (const repository of input.repositories) {
    const checkout = join(input.checkouts, repository.name);
    if (!existsSync(checkout)) continue;
    const result = await measureRepository(repository, checkout, input);
    input.onRepository(result);
    results.push(result);
  }
  return results;
}

async function measureRepository(
  repository: LabelledRepository,
  checkout: string,
  input: MeasureInput,
): Promise<RepositoryResult> {
  const root = input.mode === "root" ? repository.root : "";
  const startedMs = performance.now();
  const files = await readCorpus(checkout, root);
  const entries = await prepareEntries(files, input.parser, input.embedder);
  const { lexical, hybrid } = await createOutpostEngines(entries, input.embedder);
  const indexMs = performance.now() - startedMs;
  const baselines = input.withBaselines ? [createPlainBm25(files), createKeywordGrep(checkout, root)] : [];
  const engines: Record<string, QueryResult[]> = {};
  for (const engine of [hybrid, lexical, ...baselines]) engines[engine.name] = await runQueries(engine, repository);
  return {
    ...{ name: repository.name, language: repository.language, files: files.length, indexMs, engines },
    chunks: entries.reduce((sum, { chunks }) => sum + chunks.length, 0),
  };
}

async function runQueries(engine: Engine, repository: LabelledRepository): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const labelled of repository.queries) {
    const startedMs = performance.now();
    const answers = await engine.search(labelled.query);
    const tookMs = performance.now() - startedMs;
    results.push({ query: labelled.query, category: labelled.category, tookMs, ...scoreAnswers(labelled, answers) });
  }
  return results;
}
