// `outpost search`: hits that say why they are hits.
import { readFileSync } from "node:fs";
import type { Coverage, Hit, HitReason, SearchResponse, UsedExpansion } from "@outpost/protocol";
import { limits, OutpostError } from "@outpost/protocol";
import { pathInRepository } from "../connection/path-in-repository.ts";
import { ensureRepository } from "../connection/repository.ts";
import { withActivity } from "../render/activity.ts";
import { age, clip, count, seconds, wrap } from "../render/layout.ts";
import { type Paint, printable, printableName } from "../render/paint.ts";
import { createProgressLine } from "../render/progress.ts";
import type { CommandContext } from "./context.ts";
import { bringUpToDate } from "./index-repository.ts";
import { numberOption } from "./number-option.ts";

const shownLines = 8;
/** Before the best one. */
const linesAbove = 2;
const numberColumns = 6;
/** Below this nobody asks why a search took long. */
const noticedMs = 300;

export async function searchCommand(
  context: CommandContext,
  words: string[],
  options: { repo?: string; limit?: string; path?: string; why?: boolean; expand?: boolean; model?: string },
): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: 100, otherwise: 5 });
  const query = readQuery(words);
  const connection = await context.connect("always");
  const repository = await ensureRepository(connection, options.repo);
  const path = options.path === undefined ? "" : pathInRepository(options.path, connection, repository);
  const { model } = options;
  const expand = options.expand === true || model !== undefined;
  const body = {
    ...{ repositoryId: repository.id, query, limit },
    ...(path ? { pathPrefix: path } : {}),
    ...(expand ? { expand } : {}),
    ...(model === undefined ? {} : { model }),
  };
  const what = expand ? "asking a model which words the code would use" : "searching; a first search loads the index";
  const search = () => {
    const call = () => connection.client.call("search", { body, signal: context.signal });
    return context.isJson ? call() : withActivity(createProgressLine(process.stderr), what, call);
  };
  let found = await search();
  if (found.coverage.state === "absent") {
    await bringUpToDate(connection, repository, false, context);
    found = await search();
  }
  context.give(found, () => renderSearch(found, options.why ?? false, context.paint));
}

/** `-`: standard input, such as a stack trace, which no shell has to quote. */
function readQuery(words: readonly string[]): string {
  const isPiped = words.length === 1 && words[0] === "-";
  const query = (isPiped ? readFileSync(0, "utf8") : words.join(" ")).trim();
  if (query === "") throw new OutpostError("invalid_input", 'say what to look for: outpost search "…"');
  if (query.length <= limits.searchQueryCharacters) return query;
  throw new OutpostError(
    "invalid_input",
    `the query has ${query.length} characters, over the limit of ${limits.searchQueryCharacters}; give the part that matters`,
  );
}

export function renderSearch(found: SearchResponse, showReasons: boolean, paint: Paint): string {
  const { hits, coverage, expansion } = found;
  const stale = describeStaleness(coverage);
  const skipped = coverage.skippedFiles > 0 ? `, ${coverage.skippedFiles} skipped` : "";
  const covers = `index ${coverage.state}: ${count(coverage.files, "file")}, ${count(coverage.chunks, "chunk")}${skipped}${stale}`;
  const many = hits.length === 0 ? "nothing found" : count(hits.length, "hit");
  const summary = paint("dim", `${many} in ${describeTime(found)}; ${covers}`);
  const notes = coverage.notes.map((note) => paint("yellow", printable(note)));
  const words = describeExpansion(expansion).map((line) => paint("dim", printable(line)));
  const said = [...words, ...notes, summary].map((line) => wrap(line, paint.columns));
  return [...hits.map((hit) => renderHit(hit, showReasons, paint)), ...said].join("\n");
}

/** Also what the first search of a repository waited for, where that is what took so long. */
function describeTime({ tookMs, loadMs }: SearchResponse): string {
  if (loadMs < noticedMs) return `${tookMs.toFixed(1)} ms`;
  return `${seconds(tookMs)} (${seconds(loadMs)} to load the index)`;
}

/** No line where nobody named any. */
function describeExpansion(expansion: UsedExpansion | undefined): string[] {
  const words = [...(expansion?.names ?? []), ...(expansion?.words ?? [])];
  if (expansion === undefined || words.length === 0) return [];
  const { model, usage } = expansion;
  const took = usage === undefined ? "" : ` in ${(usage.totalMs / 1000).toFixed(1)} s`;
  return [`also looked for, as ${model ?? "the request"} says${took}: ${words.join(" ")}`];
}

/** What is known to have changed since; and how old the answer may be where nobody would know. */
function describeStaleness({ staleFiles, freshness, indexedAtMs }: Coverage): string {
  if (staleFiles > 0) return `, ${staleFiles} changed since${freshness === "on_request" ? " (outpost index)" : ""}`;
  if (freshness === "followed" || indexedAtMs === null) return "";
  return `, as of ${age(indexedAtMs, Date.now())}`;
}

function renderHit(hit: Hit, showReasons: boolean, paint: Paint): string {
  const place = paint("cyan", `${printableName(hit.path)}:${hit.startLine}-${hit.endLine}`);
  const within = hit.within ? ` in ${printableName(hit.within)}` : "";
  const symbol = hit.symbol ? ` ${paint("bold", printableName(hit.symbol))}` : within;
  const reasons = showReasons ? hit.reasons.map((reason) => paint("dim", describeReason(reason))) : [];
  return [
    clip(`${place}${symbol} ${paint("dim", `score ${hit.score.toFixed(2)}`)}`, paint.columns),
    ...reasons.map((reason) => clip(reason, paint.columns)),
    ...preview(hit, paint),
    "",
  ].join("\n");
}

/** Terms are added; `saturation` and `penalty` are factors. */
function describeReason({ signal, value, detail }: HitReason): string {
  const isFactor = signal === "saturation" || signal === "penalty";
  return `       ${isFactor ? "×" : "+"} ${value.toFixed(2)}  ${signal.padEnd(10)}  ${printableName(detail)}`;
}

/** How many lines come before those that are shown: what matches best is among them. */
function previewStart({ startLine, bestLine = startLine }: Hit, lines: readonly string[]): number {
  const best = bestLine - startLine;
  if (best + linesAbove < shownLines) return 0;
  let from = Math.max(0, Math.min(best - linesAbove, lines.length - shownLines));
  while (from < best && lines[from]?.trim() === "") from += 1;
  return from;
}

function preview(hit: Hit, paint: Paint): string[] {
  const lines = hit.text.trimEnd().split("\n");
  const from = previewStart(hit, lines);
  const shown = lines.slice(from, from + shownLines);
  while (shown.at(-1)?.trim() === "") shown.pop();
  const left = lines.length - from - shown.length;
  const leftOut = (what: string) => paint("dim", `${" ".repeat(numberColumns)} … ${what}`);
  return [
    ...(from > 0 ? [leftOut(`${count(from, "line")} above`)] : []),
    ...shown.map((line, index) => {
      const number = String(hit.startLine + from + index).padStart(numberColumns);
      return `${paint("dim", number)} ${clip(printable(line), paint.columns - numberColumns - 1)}`;
    }),
    ...(left > 0 ? [leftOut(count(left, "more line"))] : []),
  ];
}
