// Means the way the public benchmark takes them: over the queries of a repository, then over repositories; by language and category too.

import type { QueryResult, RepositoryResult } from "./measure.ts";
import { mean, percentile } from "./metrics.ts";

export interface EngineSummary {
  engine: string;
  ndcg: number;
  hitAt1: number;
  hitAt10: number;
  byCategory: Record<string, number>;
  byLanguage: Record<string, number>;
  /** Warm, and of the first time. */
  queryP50Ms: number;
  queryP95Ms: number;
  coldQueryP50Ms: number;
  coldQueryP95Ms: number;
}

export function summarize(results: readonly RepositoryResult[], engine: string): EngineSummary {
  const ndcg = (queries: QueryResult[]) => mean(queries.map((query) => query.ndcg));
  const overRepositories = (of: (queries: QueryResult[]) => number, some = results) =>
    mean(some.map((result) => of(result.engines[engine] ?? [])));
  const all = results.flatMap((result) => result.engines[engine] ?? []);
  const categories = [...new Set(all.map(({ category }) => category))].sort();
  const languages = [...new Set(results.map(({ language }) => language))].sort();
  const inCategory = (category: string) => {
    const parts = results.map(({ engines }) => (engines[engine] ?? []).filter((query) => query.category === category));
    return mean(parts.filter((part) => part.length > 0).map(ndcg));
  };
  const inLanguage = (language: string) =>
    overRepositories(
      ndcg,
      results.filter((result) => result.language === language),
    );
  const warm = all.map(({ warmMs }) => warmMs);
  const cold = all.map(({ coldMs }) => coldMs);
  return {
    engine,
    ndcg: overRepositories(ndcg),
    hitAt1: overRepositories((queries) => mean(queries.map((query) => query.hitAt1))),
    hitAt10: overRepositories((queries) => mean(queries.map((query) => query.hitAt10))),
    byCategory: Object.fromEntries(categories.map((category) => [category, inCategory(category)])),
    byLanguage: Object.fromEntries(languages.map((language) => [language, inLanguage(language)])),
    queryP50Ms: percentile(warm, 0.5),
    queryP95Ms: percentile(warm, 0.95),
    coldQueryP50Ms: percentile(cold, 0.5),
    coldQueryP95Ms: percentile(cold, 0.95),
  };
}

export interface CostSummary {
  indexSeconds: number;
  indexCpuSeconds: number;
  indexCpuSecondsPerMb: number;
  sourceBytes: number;
  indexBytes: number;
  /** Of this process and of the parser's, the larger one. */
  peakRssBytes: number;
}

export function summarizeCosts(results: readonly RepositoryResult[], parserPeakRssBytes: number): CostSummary {
  const sum = (of: (result: RepositoryResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const sourceBytes = sum((result) => result.sourceBytes);
  const indexCpuSeconds = sum((result) => result.indexCpuSeconds);
  return {
    ...{ sourceBytes, indexCpuSeconds, indexCpuSecondsPerMb: (indexCpuSeconds * 1e6) / Math.max(1, sourceBytes) },
    indexSeconds: sum(({ indexMs }) => indexMs) / 1000,
    indexBytes: sum((result) => result.indexBytes),
    peakRssBytes: Math.max(parserPeakRssBytes, process.resourceUsage().maxRSS * 1024),
  };
}

export function formatCosts(costs: CostSummary): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const { indexSeconds, indexCpuSeconds, indexCpuSecondsPerMb, sourceBytes, indexBytes, peakRssBytes } = costs;
  return `${megabytes(sourceBytes)} indexed in ${indexSeconds.toFixed(1)} s, ${indexCpuSeconds.toFixed(1)} CPU s (${indexCpuSecondsPerMb.toFixed(2)} a MB) to ${megabytes(indexBytes)}, at most ${megabytes(peakRssBytes)} of memory`;
}

export function formatRepository(result: RepositoryResult): string {
  const scores = Object.entries(result.engines).map(
    ([engine, queries]) => `${engine} ${digits(mean(queries.map((query) => query.ndcg)))}`,
  );
  const size = `${result.files} files, ${result.chunks} chunks, ${(result.indexMs / 1000).toFixed(1)} s`;
  return `${result.name.padEnd(16)} ${scores.join("  ")}  (${size})`;
}

export function formatSummaries(summaries: readonly EngineSummary[]): string {
  return summaries
    .map((summary) => {
      const { engine, ndcg, hitAt1, hitAt10, queryP50Ms, queryP95Ms, coldQueryP50Ms, coldQueryP95Ms } = summary;
      const cold = `asked for the first time ${coldQueryP50Ms.toFixed(2)} / ${coldQueryP95Ms.toFixed(2)}`;
      return [
        `${engine}: NDCG@10 ${digits(ndcg)}, hit@1 ${digits(hitAt1)}, hit@10 ${digits(hitAt10)}, query p50 ${queryP50Ms.toFixed(2)} ms, p95 ${queryP95Ms.toFixed(2)} ms (${cold})`,
        `  by category: ${formatGroups(summary.byCategory)}`,
        `  by language: ${formatGroups(summary.byLanguage)}`,
      ].join("\n");
    })
    .join("\n");
}

function formatGroups(groups: Record<string, number>): string {
  return Object.entries(groups)
    .map(([group, value]) => `${group} ${digits(value)}`)
    .join(", ");
}

function digits(value: number): string {
  return value.toFixed(3);
}
