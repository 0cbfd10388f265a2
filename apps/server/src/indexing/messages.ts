// What the server and its indexer say to each other. Requests are validated where they arrive: the indexer is the only writer of
// index.db, so nothing half-formed may reach it.
import {
  GitObjectId,
  IndexVerification,
  Repository,
  RepositoryId,
  RunId,
  SkipReason,
  VectorEngine,
} from "@outpost/protocol";
import { z } from "zod";
import { EmbedderChoice } from "../index-service/embedder-choice.ts";
import { QdrantChoice } from "../vectors/qdrant-choice.ts";

const ProcessEntry = z.strictObject({ modulePath: z.string().min(1), execArgv: z.array(z.string()) });

/** The indexer's argument, as JSON. */
export const IndexerSettings = z.strictObject({
  dataDirectory: z.string().startsWith("/"),
  parserEntry: ProcessEntry,
  maxFileBytes: z.int().min(1).optional(),
  /** As in the configuration. */
  bubblewrapPath: z.string().optional(),
  embedder: EmbedderChoice,
  /** The engine that searches use; Qdrant is kept in step only where it is this one. */
  vectors: VectorEngine.default("embedded"),
  qdrant: QdrantChoice.optional(),
  /** The user's policy; it need not be there. */
  policyFile: z.string().startsWith("/"),
});
export type IndexerSettings = z.input<typeof IndexerSettings>;

export const IndexRequest = z.strictObject({ repository: Repository, force: z.boolean() });
export type IndexRequest = z.infer<typeof IndexRequest>;

/** Brings the view of a checkout up to date where only these paths may have changed. `commit`: of the last whole index. */
export const PathsRequest = z.strictObject({
  repository: Repository,
  paths: z.array(z.string().min(1).max(4096)).min(1).max(1_000),
  commit: z.string().nullable(),
});

/** Brings the view of a run up to date with its worktree at these paths; with the whole worktree where it is not known yet. */
export const RunViewRequest = z.object({
  repositoryId: RepositoryId,
  runId: RunId,
  baseCommit: GitObjectId,
  /** The worktree's directory. */
  root: z.string().startsWith("/"),
  paths: z.array(z.string().min(1).max(4096)).max(100_000),
});
export type RunViewRequest = z.infer<typeof RunViewRequest>;

export const RemoveViewsRequest = z.strictObject({ viewIds: z.array(z.string().min(1)).max(10_000) });
export type RemoveViewsRequest = z.infer<typeof RemoveViewsRequest>;

/** How far the vector engine outside is in step. */
export const VectorReport = z.object({
  sentChunks: z.int(),
  unsentChunks: z.int(),
  /** Why it is not, as far as is known. */
  problem: z.string().nullable(),
});
export type VectorReport = z.infer<typeof VectorReport>;

export const VectorProgress = VectorReport.pick({ sentChunks: true, unsentChunks: true });
export type VectorProgress = z.infer<typeof VectorProgress>;

/** The indexer's answer to `index`. */
export const IndexReport = z.object({
  files: z.int(),
  chunks: z.int(),
  stored: z.int(),
  indexedAtMs: z.int(),
  durationMs: z.int(),
  commit: z.string().nullable(),
  /** Of the view; it grew when anything was found to be new. */
  version: z.int(),
  directories: z.array(z.string()),
  skipped: z.array(z.object({ reason: SkipReason, files: z.int(), examples: z.array(z.string()) })),
  languages: z.record(z.string(), z.int()),
  problems: z.array(z.object({ path: z.string(), detail: z.string() })),
  /** Null: the engine is the embedded one. */
  vectors: VectorReport.nullable(),
});
export type IndexReport = z.infer<typeof IndexReport>;

/** The indexer's answer to `indexPaths`; null where only a whole index can tell. `view` is null when it shows them already. */
export const PathsReport = z.nullable(
  z.object({
    view: IndexReport.pick({ files: true, chunks: true, indexedAtMs: true, version: true }).nullable(),
    problems: IndexReport.shape.problems,
    vectors: IndexReport.shape.vectors,
  }),
);
export type PathsReport = z.infer<typeof PathsReport>;

export const VerifyRequest = z.strictObject({ repository: Repository, repair: z.boolean() });

/** The indexer's answer to `verify`. */
export const VerifyReport = IndexVerification.omit({ repositoryId: true });
export type VerifyReport = z.infer<typeof VerifyReport>;

export const ProgressNotice = z.object({
  repositoryId: RepositoryId,
  progress: z.object({
    filesDone: z.int(),
    filesTotal: z.int(),
    chunksDone: z.int(),
    filesPerSecond: z.number(),
    remainingMs: z.int().nullable(),
  }),
});
export type ProgressNotice = z.infer<typeof ProgressNotice>;

export const checkoutView = (repositoryId: RepositoryId): string => `checkout:${repositoryId}`;
export const runView = (runId: RunId): string => `run:${runId}`;
