// Bounds of one pass over a repository.

export interface PipelineLimits {
  /** Files and bytes read ahead and stored in one transaction. */
  batchFiles: number;
  batchBytes: number;
  /** Files read and parsed at the same time. */
  concurrentFiles: number;
  /** A first index shows what it has after this many files. */
  filesPerFlip: number;
  /** How often a listing is taken again when files changed while they were read. */
  maxListings: number;
  /** Entries deleted in one transaction. */
  orphansPerCall: number;
  /** Problems reported; the rest is counted. */
  maxProblems: number;
}

export const defaultPipelineLimits: PipelineLimits = {
  batchFiles: 128,
  batchBytes: 4_000_000,
  concurrentFiles: 8,
  filesPerFlip: 2_000,
  maxListings: 3,
  orphansPerCall: 1_000,
  maxProblems: 200,
};
