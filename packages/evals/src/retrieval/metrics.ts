// The measures of the benchmark: NDCG@10 with binary gain at the first match of each target, and whether a target is first or among ten.
// Several chunks of one file use up ranks, as they do for a reader.
import type { LabelledQuery, Target } from "./labels.ts";

/** A chunk, or a whole file when it has no lines. */
export interface Answer {
  path: string;
  lines: { startLine: number; endLine: number } | null;
}

export interface QueryScore {
  ndcg: number;
  hitAt1: number;
  hitAt10: number;
}

const depth = 10;

export function scoreAnswers(query: LabelledQuery, answers: readonly Answer[]): QueryScore {
  const top = answers.slice(0, depth);
  const ranks = new Set(query.targets.map((target) => top.findIndex((answer) => isAnswer(answer, target)) + 1));
  ranks.delete(0);
  const gain = [...ranks].reduce((sum, rank) => sum + discount(rank), 0);
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(depth, query.targets.length); rank += 1) ideal += discount(rank);
  return { ndcg: ideal === 0 ? 0 : gain / ideal, hitAt1: ranks.has(1) ? 1 : 0, hitAt10: ranks.size > 0 ? 1 : 0 };
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `share` 0.5 is the median; the value below which that share lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 1);
}

function isAnswer(answer: Answer, target: Target): boolean {
  const { path } = answer;
  const isPath = path === target.path || path.endsWith(`/${target.path}`) || target.path.endsWith(`/${path}`);
  if (!isPath || target.lines === null || answer.lines === null) return isPath;
  return answer.lines.startLine <= target.lines.endLine && answer.lines.endLine >= target.lines.startLine;
}
