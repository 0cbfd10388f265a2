// `outpost index`: brings the index up to date and shows how it goes.
import { setTimeout as sleep } from "node:timers/promises";
import type { IndexStatus, Repository } from "@outpost/protocol";
import { OutpostError } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository, findRepository } from "../connection/repository.ts";
import { age, clip, count, fitLine, seconds } from "../render/layout.ts";
import { type Paint, printable, printableName } from "../render/paint.ts";
import { createProgressLine, describeProgress } from "../render/progress.ts";
import type { CommandContext } from "./context.ts";

const pollMs = 100;
const shownLanguages = 8;
const shownExamples = 3;

export async function indexCommand(
  context: CommandContext,
  wanted: string | undefined,
  options: { force?: boolean; status?: boolean },
): Promise<void> {
  const connection = await context.connect(options.status ? "known" : "always");
  const repository = options.status
    ? await findRepository(connection, wanted)
    : await ensureRepository(connection, wanted);
  const status = options.status
    ? await connection.client.call("getIndexStatus", { params: { repositoryId: repository.id } })
    : await bringUpToDate(connection, repository, options.force ?? false, context);
  context.give(status, (value) => renderIndexStatus(repository, value, context.paint));
}

/** Starts an update and waits for it. Throws `internal` with the reason when it failed; what was there before stays. */
export async function bringUpToDate(
  connection: Connection,
  repository: Repository,
  force: boolean,
  { signal, isJson }: Pick<CommandContext, "signal" | "isJson">,
): Promise<IndexStatus> {
  const params = { repositoryId: repository.id };
  const progress = createProgressLine(process.stderr);
  let status = await connection.client.call("startIndex", { params, body: { force }, signal });
  try {
    while (status.state === "indexing") {
      if (!isJson) progress.show(describeProgress(repository.name, status));
      await sleep(pollMs, undefined, { signal });
      status = await connection.client.call("getIndexStatus", { params, signal });
    }
  } finally {
    progress.clear();
  }
  if (status.state === "failed")
    throw new OutpostError(
      "unavailable",
      `the index of ${repository.name} could not be brought up to date: ${status.error ?? "see the server's log"}`,
    );
  return status;
}

export function renderIndexStatus(repository: Repository, status: IndexStatus, paint: Paint): string {
  const name = paint("bold", printableName(repository.name));
  if (status.state === "absent") return `${name}: no index yet; make one with: outpost index ${repository.name}`;
  const when = status.indexedAtMs === null ? "" : `, ${age(status.indexedAtMs, Date.now())}`;
  const took = status.durationMs === null ? "" : `, took ${seconds(status.durationMs)}`;
  const state = {
    absent: "",
    ready: "index ready",
    indexing: "index being brought up to date",
    failed: "index failed",
  }[status.state];
  const lines = [`${name}: ${state}, ${count(status.files, "file")}, ${count(status.chunks, "chunk")}${took}${when}`];
  if (status.progress) lines.push(`  ${describeProgress(repository.name, status)}`);
  if (status.error) lines.push(paint("red", `  the last update failed: ${printable(status.error)}`));
  lines.push(paint("dim", `  ${describeFreshness(status)}`));
  const languages = describeLanguages(status.languages);
  if (languages !== "") lines.push(`  ${languages}`);
  return [...lines.map((line) => fitLine(line, paint.columns)), ...describeSkipped(status, paint)].join("\n");
}

/** How an index keeps up, and what it is known to lack. */
function describeFreshness({ freshness, staleFiles }: Pick<IndexStatus, "freshness" | "staleFiles">): string {
  const stale = staleFiles === 0 ? "" : `; ${count(staleFiles, "path")} changed and not indexed yet`;
  const how = {
    followed: "follows its source",
    polled: "looks at its source in turns",
    on_request: "looks at its source when asked: outpost index",
  }[freshness];
  return `${how}${stale}`;
}

function describeLanguages(languages: IndexStatus["languages"]): string {
  const sorted = Object.entries(languages).toSorted(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, shownLanguages).map(([language, files]) => `${files} ${language}`);
  if (sorted.length > shownLanguages) shown.push(`and ${sorted.length - shownLanguages} more languages`);
  return shown.join(", ");
}

function describeSkipped({ skipped }: IndexStatus, paint: Paint): string[] {
  if (skipped.length === 0) return [paint("dim", "  nothing was skipped")];
  return skipped.map(({ reason, files, examples }) => {
    const named = examples.slice(0, shownExamples).map(printableName).join(", ");
    const more = files > shownExamples ? ", …" : "";
    return paint(
      "dim",
      clip(`  skipped ${count(files, "file")}, ${reason.replaceAll("_", " ")}: ${named}${more}`, paint.columns),
    );
  });
}
