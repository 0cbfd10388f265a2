// A change: the diff a task proposes. Hunks are for people and decisions; what is applied are the blobs, byte for byte.
import { z } from "zod";
import { ChangeReview, FileCoverage } from "./change-review.ts";
import { GitObjectId, TaskId } from "./ids.ts";
import { SecretFinding } from "./secrets.ts";
import { ApplyTarget } from "./task.ts";

export const Hunk = z.object({
  /** SHA-256 of path, old text, new text and occurrence; the first 16 hexadecimal characters. Stable while the hunk's own text is. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** 1-based; 0 when the side has no line. */
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  /** Each begins with " ", "-", "+" or "\\"; without the line's terminator. */
  lines: z.array(z.string()),
});
export type Hunk = z.infer<typeof Hunk>;

export const FileMode = z.enum(["100644", "100755", "120000"]);
export type FileMode = z.infer<typeof FileMode>;

export const ChangeFile = z.object({
  path: z.string(),
  /** Only for `renamed`. */
  oldPath: z.string().nullable(),
  kind: z.enum(["added", "modified", "deleted", "renamed", "mode"]),
  oldMode: FileMode.nullable(),
  newMode: FileMode.nullable(),
  /** Git blob ids in the mirror; null on the side where the file is absent. */
  oldBlob: GitObjectId.nullable(),
  newBlob: GitObjectId.nullable(),
  binary: z.boolean(),
  language: z.string(),
  /** By its name or a mark in its first lines. Absent: nobody looked. */
  generated: z.boolean().optional(),
  /** Whether tests may speak for it. Absent: nobody looked. */
  coverage: FileCoverage.optional(),
  addedLines: z.int(),
  removedLines: z.int(),
  hunks: z.array(Hunk),
});
export type ChangeFile = z.infer<typeof ChangeFile>;

/** One run of the tests. `phase`: whether the worktree equalled the base when it ran. */
export const TestEvidence = z.object({
  argv: z.array(z.string()),
  /** Relative to the worktree; absent: its root. */
  cwd: z.string().optional(),
  framework: z.string(),
  phase: z.enum(["before", "after"]),
  /** Null when the process ended by a signal or a limit. */
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  passed: z.int().nullable(),
  failed: z.int().nullable(),
  skipped: z.int().nullable(),
  durationMs: z.int(),
  outputTail: z.string(),
});
export type TestEvidence = z.infer<typeof TestEvidence>;

/** Where a change comes from that no run proposed as it is. */
export const ChangeOrigin = z.object({
  /** `selection`: a part of that revision, some of it perhaps edited by a person. `rebase`: the same on a newer base. */
  kind: z.enum(["selection", "rebase"]),
  revision: z.int(),
  by: z.string(),
  /** Of the tree, in the mirror: where the next run of the task begins. */
  commit: GitObjectId,
});
export type ChangeOrigin = z.infer<typeof ChangeOrigin>;

export const Change = z.object({
  taskId: TaskId,
  /** From 1; each proposal of a task counts up. Decisions name it. */
  revision: z.int().min(1),
  baseCommit: GitObjectId,
  /** The tree that results when everything is accepted. */
  tree: GitObjectId,
  applyTarget: ApplyTarget,
  summary: z.string(),
  files: z.array(ChangeFile),
  addedLines: z.int(),
  removedLines: z.int(),
  /** The last run of each phase, and every run after the last edit. */
  tests: z.array(TestEvidence),
  /** What the change adds that looks like a secret; each must be allowed by name to accept it. Absent in logs of before there were findings. */
  secrets: z.array(SecretFinding).optional(),
  origin: ChangeOrigin.nullable().optional(),
  /** Why no tests speak for exactly this; null or absent: they do, or none were ever run. */
  untested: z.string().nullable().optional(),
  /** Absent in changes of before there were notes. */
  review: ChangeReview.optional(),
});
export type Change = z.infer<typeof Change>;

/** One path that apply or revert wrote: SHA-256 of its bytes before and after; null: absent. Modes as in git. */
export const AppliedFile = z.object({
  path: z.string(),
  beforeHash: z.string().nullable(),
  afterHash: z.string().nullable(),
  beforeMode: FileMode.nullable(),
  afterMode: FileMode.nullable(),
});
export type AppliedFile = z.infer<typeof AppliedFile>;

/** One place of a file that does not merge, as text for people: what stood there, what stands there now, and what was to stand there. */
export const ConflictHunk = z.object({
  /** In the file as it is now, 1-based. */
  startLine: z.int(),
  base: z.array(z.string()),
  current: z.array(z.string()),
  wanted: z.array(z.string()),
});
export type ConflictHunk = z.infer<typeof ConflictHunk>;

/** Why a path cannot be written, in words a person can act on; `hunks`: the lines that stand against each other, the first twenty places. */
export const ApplyConflict = z.object({
  path: z.string(),
  reason: z.string(),
  hunks: z.array(ConflictHunk).optional(),
});
export type ApplyConflict = z.infer<typeof ApplyConflict>;
