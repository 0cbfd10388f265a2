// What takes minutes about a model: pulling one, testing one, installing what runs GGUF files. Kept in memory, and bounded.
import { randomUUID } from "node:crypto";
import {
  isOutpostError,
  type ModelJob,
  OutpostError,
  type PullProgress,
  type StartModelJobRequest,
} from "@outpost/protocol";
import type { Logger } from "pino";

const maxRunning = 4;
const maxKept = 50;

/** Yields how far it is; returns a test's report, or null. */
export type JobWork = AsyncGenerator<PullProgress, ModelJob["report"]>;

export interface ModelJobs {
  /** Rejects with `limit_exceeded` when too many run. */
  start(request: StartModelJobRequest): ModelJob;
  get(jobId: string): ModelJob;
  cancel(jobId: string): ModelJob;
  /** Ends all, and resolves when they have ended. */
  close(): Promise<void>;
}

interface Entry {
  job: ModelJob;
  controller: AbortController;
  ended: Promise<void>;
}

export function createModelJobs(options: {
  perform(request: StartModelJobRequest, signal: AbortSignal): JobWork;
  nowMs: () => number;
  logger: Logger;
}): ModelJobs {
  const { perform, nowMs, logger } = options;
  const entries = new Map<string, Entry>();
  const modelOf = (request: StartModelJobRequest) => ("model" in request ? request.model : null);

  async function run(entry: Entry, work: JobWork): Promise<void> {
    const { job } = entry;
    try {
      let next = await work.next();
      for (; !next.done; next = await work.next()) job.progress = next.value;
      Object.assign(job, { state: "done", report: next.value });
    } catch (error) {
      const isCancelled = entry.controller.signal.aborted;
      const known = isOutpostError(error) ? error.message : `a bug of Outpost (${randomUUID()}); see the server's log`;
      if (!isCancelled) logger.warn({ err: error, job: job.id, kind: job.kind, model: job.model }, "model_job.failed");
      Object.assign(job, isCancelled ? { state: "cancelled" } : { state: "failed", error: known });
    }
    job.endedAtMs = nowMs();
  }

  function find(jobId: string): Entry {
    const entry = entries.get(jobId);
    if (entry) return entry;
    throw new OutpostError(
      "not_found",
      `there is no job "${jobId.slice(0, 100)}"; jobs are forgotten when the server starts`,
    );
  }

  function forgetOld(): void {
    for (const [id, { job }] of entries) if (entries.size >= maxKept && job.state !== "running") entries.delete(id);
  }

  return {
    start(request) {
      const model = modelOf(request);
      const running = [...entries.values()].filter(({ job }) => job.state === "running");
      const same = running.find(({ job }) => job.kind === request.kind && job.model === model);
      if (same) return { ...same.job };
      if (running.length >= maxRunning)
        throw new OutpostError(
          "limit_exceeded",
          `${maxRunning} jobs about models are under way; wait for one, or end it`,
        );
      forgetOld();
      const job: ModelJob = {
        ...{ id: randomUUID(), kind: request.kind, model, state: "running", report: null, error: null },
        progress: { status: "begins", completedBytes: null, totalBytes: null },
        ...{ startedAtMs: nowMs(), endedAtMs: null },
      };
      const controller = new AbortController();
      const entry: Entry = { job, controller, ended: Promise.resolve() };
      entries.set(job.id, entry);
      entry.ended = run(entry, perform(request, controller.signal));
      return { ...job };
    },
    get: (jobId) => ({ ...find(jobId).job }),
    cancel(jobId) {
      const entry = find(jobId);
      entry.controller.abort(new OutpostError("unavailable", "a person ended the job"));
      return { ...entry.job };
    },
    async close() {
      for (const { controller } of entries.values())
        controller.abort(new OutpostError("unavailable", "the server ends"));
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}
