// `outpost index`: brings the index up to date and shows how it goes.
import type { IndexStatus, Repository } from "@outpost/protocol";
import { OutpostError } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { ensureRepository, findRepository } from "../connection/repository.ts";
import { count } from "../render/change.ts";
import type { Paint } from "../render/paint.ts";
import { createProgressLine, describeProgress } from "../render/progress.ts";
import type { CommandContext } from "./context.ts";

const pollMs = 150;

export async function indexCommand(
  context: CommandContext,
  wanted: string | undefined,
  options: { force?: boolean; status?: boolean },
): Promise<void> {
  const connection = await context.connect();
  const repository = options.status
    ? await findRepository(connection, wanted)
    : await ensureRepository(connection, wanted);
  const status = options.status
    ? await connection.client.call("getIndexStatus", { params: { repositoryId: repository.id } })
    : await bringUpToDate(connection, repository, options.force ?? false, context.signal);
  context.give(status, (value) => renderIndexStatus(repository, value, context.paint));
}

/** Starts an update and waits for it. Throws `internal` with the reason when it failed; what was there before stays. */
export async function bringUpToDate(
  connection: Connection,
  repository: Repository,
  force: boolean,
  signal: AbortSignal,
): Promise<IndexStatus> {
  const params = { repositoryId: repository.id };
  const progress = createProgressLine(process.stderr);
  let status = await connection.client.call("startIndex", { params, body: { force }, signal });
  try {
    while (status.state === "indexing") {
      progress.show(describeProgress(status));
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      signal.throwIfAborted();
      status = await connection.client.call("getIndexStatus", { params, signal });
    }
  } finally {
    progress.clear();
  }
  if (status.state === "failed")
    throw new OutpostError(
      "internal",
      `the index could not be brought up to date: ${status.error ?? "see the server's log"}`,
    );
  return status;
}

export function renderIndexStatus(repository: Repository, status: IndexStatus, paint: Paint): string {
  const languages = Object.entries(status.languages)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([language, files]) => `${language} ${files}`);
  const lines = [
    `${paint("bold", repository.name)}: ${status.state}, ${count(status.files, "file")}, ${count(status.chunks, "chunk")}${status.durationMs === null ? "" : `, ${(status.durationMs / 1000).toFixed(1)} s`}`,
  ];
  if (languages.length > 0) lines.push(`  ${languages.join(", ")}`);
  for (const skip of status.skipped)
    lines.push(paint("dim", `  skipped ${skip.files} ${skip.reason}: ${skip.examples.slice(0, 3).join(", ")}`));
  if (status.progress) lines.push(`  ${describeProgress(status)}`);
  if (status.error) lines.push(paint("red", `  ${status.error}`));
  return lines.join("\n");
}
