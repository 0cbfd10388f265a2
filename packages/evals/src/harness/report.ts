// The harness's numbers as text, with the goals beside them.
import { besides, type HarnessResult, judge, sum, verdicts } from "./judge.ts";
import type { FloorRound } from "./measure-floor.ts";
import type { MemoryFacts } from "./measure-memory.ts";
import type { OutpostRound } from "./measure-outpost.ts";
import { stepKinds } from "./scenario.ts";
import type { Split } from "./spans.ts";
import { formatSummary, percentile, type Summary, summarize } from "./statistics.ts";

const times = ["totalMs", "sandboxMs", "gitMs", "durableMs", "filesMs", "retrievalMs", "modelMs", "restMs"] as const;
const MEGABYTE = 1_000_000;

export function formatResult(result: HarnessResult): string {
  const { floor, outpost, prompts, memory } = result;
  const lines = [`${outpost.length} rounds; least / median, in ms`, "", formatTable(floor, outpost), ""];
  lines.push(
    `prompt: system ${prompts.systemCharacters} characters, ${prompts.toolCount} tools ${prompts.toolCharacters} characters; requests of ${prompts.requestBytes.join(", ")} bytes`,
    `unchanged prefix of the last prompt, at ${stepKinds.join(", ")}: messages ${shares(prompts.messagesPrefixShare)}; tools and messages ${shares(prompts.promptPrefixShare)}; request body ${shares(prompts.bodyPrefixShare)}`,
  );
  if (memory) lines.push("", ...formatMemory(memory));
  lines.push("", "goals:");
  for (const goal of judge(result))
    lines.push(`  ${verdicts[goal.verdict].padEnd(11)} ${goal.name}: ${goal.value}; goal ${goal.goal}`);
  return lines.join("\n");
}

function formatTable(floor: FloorRound[], outpost: OutpostRound[]): string {
  const rows = [
    [
      "",
      "floor",
      "outpost",
      "sandbox",
      "git",
      "commits",
      "files",
      "retrieval",
      "model",
      "rest",
      "besides",
      "number of commits",
      "git calls",
    ],
  ];
  const splits = (name: string, floorMs: Summary, all: Split[]): void => {
    const cells = times.map((key) => formatSummary(summarize(all.map((split) => split[key]))));
    const commits = String(
      percentile(
        all.map(({ transactions }) => transactions),
        0.5,
      ),
    );
    const git = (all[0]?.git ?? []).join(" ");
    rows.push([name, formatSummary(floorMs), ...cells, formatSummary(summarize(all.map(besides))), commits, git]);
  };
  splits(
    "first request",
    summarize(floor.map(({ firstRequestMs }) => firstRequestMs)),
    outpost.map((round) => round.firstRequest),
  );
  for (const [index, kind] of stepKinds.entries()) {
    const own = outpost.flatMap(({ steps }) => steps[index] ?? []);
    splits(kind, summarize(floor.map(({ stepsMs }) => stepsMs[index] ?? Number.NaN)), own);
  }
  const ends = [floor.map(({ endMs }) => endMs), outpost.map(({ endMs }) => endMs)];
  rows.push(["answer to end", ...ends.map((values) => formatSummary(summarize(values)))]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function formatMemory(memory: MemoryFacts): string[] {
  const states = { "after start": memory.afterStart, "after a search": memory.afterSearch, idle: memory.idle };
  return [
    `memory with ${memory.files} files, ${memory.chunks} chunks, in MB (RSS / PSS):`,
    ...Object.entries(states).map(([name, found]) => {
      const each = found.map(({ role, rssBytes, pssBytes }) => `${role} ${megabytes(rssBytes)}/${megabytes(pssBytes)}`);
      return `  ${name}: ${megabytes(sum(found, "rssBytes"))}/${megabytes(sum(found, "pssBytes"))} (${each.join(", ")})`;
    }),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}

function shares(values: readonly number[]): string {
  return values.map((value) => `${(value * 100).toFixed(0)} %`).join(", ");
}
