// Entry point of the indexer: the one process that writes index.db. Started with its settings as JSON; ends when it is told to, or
// when the server is gone. May be killed at any moment.
import { openChannel } from "../internal/channel.ts";
import { transportToParent } from "../internal/process-transport.ts";
import { composeIndexer } from "./compose-indexer.ts";
import { createIndexerJobs, type IndexerJobs } from "./indexer-jobs.ts";
import { IndexerSettings } from "./messages.ts";

/** Between two notices of progress. */
const PROGRESS_INTERVAL_MS = 200;

const settings = IndexerSettings.parse(JSON.parse(process.argv[2] ?? "{}"));
const parts = composeIndexer(settings);
const jobs: Promise<IndexerJobs> = parts.then(createIndexerJobs);
// A start that failed is told to whoever asks for something.
jobs.catch(() => {});

const channel = openChannel(
  transportToParent(),
  {
    index: async (request: { repository: { id: string } }, { signal }) =>
      (await jobs).index(request, progressNotice(request.repository.id), signal),
    updateRunView: async (request: unknown, { signal }) => (await jobs).updateRunView(request, signal),
    removeViews: async (request: unknown) => (await jobs).removeViews(request),
  },
  (name) => {
    if (name === "stop") void stop();
  },
);

function progressNotice(repositoryId: string): (progress: { filesDone: number; filesTotal: number }) => void {
  let lastAtMs = 0;
  return (progress) => {
    const nowMs = Date.now();
    const isEnd = progress.filesDone >= progress.filesTotal;
    if (!isEnd && nowMs - lastAtMs < PROGRESS_INTERVAL_MS) return;
    lastAtMs = nowMs;
    channel.notify("progress", { repositoryId, progress });
  };
}

async function stop(): Promise<void> {
  await parts.then((opened) => opened.close()).catch(() => {});
  process.exit(0);
}

process.once("disconnect", () => process.exit(0));
// The terminal's interrupt goes to the whole group; the server decides when the indexer ends.
process.on("SIGINT", () => {});
