// A repository: what is registered with the server, and where it comes from.
import { z } from "zod";
import { Freshness } from "./freshness.ts";
import { GitObjectId, RepositoryId } from "./ids.ts";

/** Where a repository comes from. `bundle` names a pushed git bundle by its content address. */
export const RepositorySource = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("path"), path: z.string().min(1).max(4096) }),
  z.strictObject({ type: z.literal("url"), url: z.string().min(1).max(2048) }),
  z.strictObject({ type: z.literal("bundle"), bundle: z.string().min(1) }),
]);
export type RepositorySource = z.infer<typeof RepositorySource>;

/** What a repository's commands need to run. Paths are absolute on the server; they are mounted read-only. */
export const Environment = z.strictObject({
  /** Directories with toolchains, mounted read-only; their `bin` folders come first in PATH. */
  toolchainPaths: z.array(z.string().startsWith("/")).max(32).default([]),
  /** Run once per content of `lockfiles`, its `outputs` cached and mounted into worktrees. */
  setup: z
    .strictObject({
      argv: z.array(z.string()).min(1).max(256),
      /** Files whose content decides whether the cached result still fits, relative to the repository. */
      lockfiles: z.array(z.string()).max(32).default([]),
      /** Direct children of the repository root that the command makes: `.venv`, `node_modules`, `build`. */
      outputs: z
        .array(z.string().regex(/^[^/]+$/))
        .min(1)
        .max(16),
      timeoutMs: z.int().min(1000).max(3_600_000).default(600_000),
    })
    .optional(),
  /** Existing direct children of a `path` source's root that are mounted read-only into every worktree (for example an installed `node_modules`). */
  sharedDirectories: z
    .array(z.string().regex(/^[^/]+$/))
    .max(16)
    .default([]),
  /** Variables that commands see besides PATH, HOME, LANG, TERM and TMPDIR. */
  variables: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string().max(4096)).default({}),
  /** The command that runs the tests, when detection is not to be trusted. */
  testArgv: z.array(z.string()).min(1).max(256).optional(),
});
export type Environment = z.infer<typeof Environment>;
export const emptyEnvironment: Environment = { toolchainPaths: [], sharedDirectories: [], variables: {} };

export const Repository = z.object({
  id: RepositoryId,
  name: z.string(),
  source: RepositorySource,
  /** Whether the source is a git repository; a plain folder is imported into its mirror as one commit. */
  isGit: z.boolean(),
  /** The source's HEAD at the last import; null before the first one, or when there is no commit yet. */
  headCommit: GitObjectId.nullable(),
  /** The branch HEAD names; null when it is detached or the source is no git repository. */
  headBranch: z.string().nullable(),
  environment: Environment,
  createdAtMs: z.int(),
  importedAtMs: z.int().nullable(),
});
export type Repository = z.infer<typeof Repository>;

export const SkipReason = z.enum([
  "binary",
  "too_large",
  "minified",
  "generated",
  "denied",
  "unreadable",
  "symlink",
  "submodule",
]);
export type SkipReason = z.infer<typeof SkipReason>;

/** What one index of one repository covers, how fresh it is, and what is under way. */
export const IndexStatus = z.object({
  repositoryId: RepositoryId,
  state: z.enum(["absent", "indexing", "ready", "failed"]),
  files: z.int(),
  chunks: z.int(),
  skipped: z.array(z.object({ reason: SkipReason, files: z.int(), examples: z.array(z.string()).max(5) })),
  languages: z.record(z.string(), z.int()),
  /** Present while indexing. */
  progress: z
    .object({
      filesDone: z.int(),
      filesTotal: z.int(),
      chunksDone: z.int(),
      filesPerSecond: z.number(),
      remainingMs: z.int().nullable(),
    })
    .nullable(),
  indexedAtMs: z.int().nullable(),
  durationMs: z.int().nullable(),
  error: z.string().nullable(),
  freshness: Freshness.default("on_request"),
  /** As in `Coverage`. */
  staleFiles: z.int().default(0),
});
export type IndexStatus = z.infer<typeof IndexStatus>;
