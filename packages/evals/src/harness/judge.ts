// The goals, and whether the numbers meet them. On a machine that others use too, the median shows their load as well: a goal that the
// least meets and the median does not is told apart from one that is missed.
import type { FloorRound } from "./measure-floor.ts";
import type { MemoryFacts, MemoryRow } from "./measure-memory.ts";
import type { OutpostRound } from "./measure-outpost.ts";
import type { PromptFacts } from "./prompts.ts";
import { stepKinds } from "./scenario.ts";
import type { Split } from "./spans.ts";
import { formatSummary, type Summary, summarize } from "./statistics.ts";

export interface HarnessResult {
  floor: FloorRound[];
  outpost: OutpostRound[];
  prompts: PromptFacts;
  memory: MemoryFacts | null;
}

export const verdicts = { met: "met", at_best: "met at best", missed: "NOT MET" } as const;

export interface Goal {
  name: string;
  value: string;
  goal: string;
  verdict: keyof typeof verdicts;
}

const maxBesidesMs = 10;
const maxTransactions = 3;
const maxPromptTokens = 1500;
const maxIdleBytes = 200_000_000;

/** Retrieval, the loop, HTTP and IPC: what is not sandbox, git or fsync (of transactions and of files). */
export function besides(split: Split): number {
  return split.totalMs - split.sandboxMs - split.gitMs - split.durableMs - split.filesMs;
}

export function judge(result: HarnessResult): Goal[] {
  const { outpost, prompts, memory } = result;
  const steps = outpost.flatMap((round) => round.steps);
  const transactions = Math.max(...steps.map((step) => step.transactions));
  const audits = Math.max(...steps.map((step) => step.auditTransactions));
  return [
    judgeFirstRequest(result),
    ...stepKinds.map((kind, index) => {
      const spent = summarize(outpost.flatMap(({ steps }) => steps[index] ?? []).map(besides));
      const value = `${formatSummary(spent)} ms`;
      const name = `${kind} step besides sandbox, git, fsync`;
      return { name, value, goal: `< ${maxBesidesMs} ms`, verdict: judgeSummary(spent, maxBesidesMs, maxBesidesMs) };
    }),
    {
      name: "durable transactions a step, most",
      value: `${transactions}, and ${audits} of the audit log`,
      goal: `<= ${maxTransactions}`,
      verdict: verdictOf(transactions <= maxTransactions),
    },
    {
      name: "system prompt and tools",
      value: `${prompts.tokensAt35} tokens at 3.5 characters, ${prompts.tokensAt4} at 4`,
      goal: `< ${maxPromptTokens}`,
      verdict: verdictOf(prompts.tokensAt35 < maxPromptTokens),
    },
    ...(memory ? [judgeMemory(memory)] : []),
  ];
}

function judgeFirstRequest({ floor, outpost }: HarnessResult): Goal {
  const limit = summarize(floor.map(({ firstRequestMs }) => 2 * firstRequestMs));
  const first = summarize(outpost.map(({ firstRequest }) => firstRequest.totalMs));
  return {
    name: "first request of a warm server",
    value: `${formatSummary(first)} ms`,
    goal: `< ${formatSummary(limit)} ms, 2 x floor`,
    verdict: judgeSummary(first, limit.min, limit.median),
  };
}

function judgeMemory({ idle, chunks }: MemoryFacts): Goal {
  const bytes = sum(idle, "pssBytes");
  return {
    name: `idle memory with ${chunks} chunks, PSS of all processes`,
    value: `${(bytes / 1_000_000).toFixed(0)} MB`,
    goal: `< ${maxIdleBytes / 1_000_000} MB`,
    verdict: verdictOf(bytes < maxIdleBytes),
  };
}

function judgeSummary(spent: Summary, limitOfLeast: number, limitOfMedian: number): Goal["verdict"] {
  if (spent.median < limitOfMedian) return "met";
  return spent.min < limitOfLeast ? "at_best" : "missed";
}

function verdictOf(isMet: boolean): Goal["verdict"] {
  return isMet ? "met" : "missed";
}

export function sum(found: readonly MemoryRow[], key: "rssBytes" | "pssBytes"): number {
  return found.reduce((total, row) => total + row[key], 0);
}
