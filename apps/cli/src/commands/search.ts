// `outpost search`: hits that say why they are hits.
import type { Hit, SearchResponse } from "@outpost/protocol";
import { OutpostError } from "@outpost/protocol";
import { findRepository } from "../connection/repository.ts";
import { type Paint, printable } from "../render/paint.ts";
import type { CommandContext } from "./context.ts";

const shownLines = 8;

export async function searchCommand(
  context: CommandContext,
  words: string[],
  options: { repo?: string; limit: string; path?: string; why?: boolean },
): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw new OutpostError("invalid_input", `--limit is "${options.limit}"; give a number from 1 to 100`);
  const connection = await context.connect();
  const repository = await findRepository(connection, options.repo);
  const body = {
    repositoryId: repository.id,
    query: words.join(" "),
    limit,
    ...(options.path ? { pathPrefix: options.path } : {}),
  };
  const found = await connection.client.call("search", { body, signal: context.signal });
  context.give(found, (value) => renderSearch(value, options.why ?? false, context.paint));
}

export function renderSearch(found: SearchResponse, showReasons: boolean, paint: Paint): string {
  const { coverage } = found;
  const hits = found.hits.map((hit) => renderHit(hit, showReasons, paint));
  const stale = coverage.staleFiles > 0 ? `, ${coverage.staleFiles} changed since` : "";
  const covers = `${found.hits.length} hits in ${found.tookMs.toFixed(1)} ms; the index is ${coverage.state}: ${coverage.files} files, ${coverage.chunks} chunks, ${coverage.skippedFiles} skipped${stale}`;
  const advice = coverage.state === "absent" ? "\nthere is no index yet; make one with: outpost index" : "";
  return [...hits, paint("dim", covers) + advice].join("\n");
}

function renderHit(hit: Hit, showReasons: boolean, paint: Paint): string {
  const symbol = hit.symbol ? ` ${paint("bold", printable(hit.symbol))}` : "";
  const lines = hit.text.trimEnd().split("\n");
  const shown = lines
    .slice(0, shownLines)
    .map((line, index) => `${paint("dim", String(hit.startLine + index).padStart(6))} ${printable(line)}`);
  if (lines.length > shownLines) shown.push(paint("dim", `       … ${lines.length - shownLines} more lines`));
  const reasons = hit.reasons.map((reason) =>
    paint("dim", `       ${reason.signal} ${reason.value.toFixed(2)} ${printable(reason.detail)}`),
  );
  return [
    `${paint("cyan", `${printable(hit.path)}:${hit.startLine}-${hit.endLine}`)}${symbol} ${paint("dim", hit.score.toFixed(2))}`,
    ...(showReasons ? reasons : []),
    ...shown,
    "",
  ].join("\n");
}
