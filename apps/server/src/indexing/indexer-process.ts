// Entry point of the indexer: the one process that writes index.db. Started with its settings as JSON; ends when it is told to, or
// when the server is gone. May be killed at any moment.
import { delayOptimizing } from "@outpost/indexer";
import { OutpostError } from "@outpost/protocol";
import { ZodError } from "zod";
import { type CallContext, openChannel } from "../internal/channel.ts";
import { transportToParent } from "../internal/process-transport.ts";
import { composeIndexer } from "./compose-indexer.ts";
import { createIndexerJobs, type IndexerJobs } from "./indexer-jobs.ts";
import { IndexerSettings, type ProgressNotice } from "./messages.ts";
import { createVectorJobs, type VectorJobs } from "./vector-jobs.ts";

/** Between two notices of progress of one repository. */
const PROGRESS_INTERVAL_MS = 200;

delayOptimizing();
let hasFailed = false;
const settings = IndexerSettings.parse(JSON.parse(process.argv[2] ?? "{}"));
let parts = open();

/** A start that failed is told to whoever asks for something, and tried again for the next: an embedding server may be back. */
function open(): Promise<{ jobs: IndexerJobs & VectorJobs; close(): Promise<void> }> {
  const opening = composeIndexer(settings).then((opened) => ({
    jobs: {
      ...createIndexerJobs(opened, notifyProgress),
      ...createVectorJobs(opened.vectors, (progress) => channel.notify("vectors", progress)),
    },
    close: () => opened.close(),
  }));
  opening.catch(() => {
    hasFailed = true;
  });
  return opening;
}

async function openJobs(): Promise<IndexerJobs & VectorJobs> {
  if (hasFailed) {
    hasFailed = false;
    parts = open();
  }
  return (await parts).jobs;
}
const lastNoticeAtMs = new Map<string, number>();

const channel = openChannel(
  transportToParent(),
  {
    index: answer((opened, request, signal) => opened.index(request, signal)),
    indexPaths: answer((opened, request, signal) => opened.indexPaths(request, signal)),
    updateRunView: answer((opened, request, signal) => opened.updateRunView(request, signal)),
    verify: answer((opened, request, signal) => opened.verify(request, signal)),
    removeViews: answer((opened, request) => opened.removeViews(request)),
    sendVectors: answer((opened, _, signal) => opened.sendVectors(signal)),
    describeVectors: answer((opened, _, signal) => opened.describeVectors(signal)),
    snapshotVectors: answer((opened, _, signal) => opened.snapshotVectors(signal)),
    dropVectors: answer((opened, _, signal) => opened.dropVectors(signal)),
  },
  (name) => {
    if (name === "stop") void stop();
  },
);

function answer(work: (opened: IndexerJobs & VectorJobs, request: unknown, signal: AbortSignal) => Promise<unknown>) {
  return async (request: unknown, { signal }: CallContext) => {
    try {
      return await work(await openJobs(), request, signal);
    } catch (error) {
      if (!(error instanceof ZodError)) throw error;
      const issue = error.issues[0];
      throw new OutpostError(
        "invalid_input",
        `the indexer was asked wrongly: ${issue?.path.join(".")}: ${issue?.message}`,
      );
    }
  };
}

function notifyProgress(notice: ProgressNotice): void {
  const { repositoryId, progress } = notice;
  const nowMs = Date.now();
  const isEnd = progress.filesDone >= progress.filesTotal;
  if (!isEnd && nowMs - (lastNoticeAtMs.get(repositoryId) ?? 0) < PROGRESS_INTERVAL_MS) return;
  lastNoticeAtMs.set(repositoryId, nowMs);
  channel.notify("progress", notice);
}

async function stop(): Promise<void> {
  await parts.then((opened) => opened.close()).catch(() => {});
  process.exit(0);
}

process.once("disconnect", () => process.exit(0));
// The terminal's interrupt goes to the whole group; the server decides when the indexer ends.
process.on("SIGINT", () => {});
