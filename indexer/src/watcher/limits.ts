// Bounds of following one source.

export interface FollowLimits {
  /** Quiet for so long, a burst of changes counts as over; */
  settleMs: number;
  /** one that does not end is looked at after this long all the same. */
  maxSettleMs: number;
  /** While git holds its index lock (a rebase, a branch switch) nothing is looked at, at most this long. */
  maxGitWaitMs: number;
  /** Paths that changed nothing again and again (a log that git ignores) wait up to this long. */
  maxNoiseMs: number;
  /** Between two looks where the source cannot be watched; longer where a look takes long (`pollShare`). */
  pollMs: number;
  /** Looks without watching may take this share of the time. */
  pollShare: number;
  /** First wait after a failed look; doubled up to `maxRetryMs`. */
  retryMs: number;
  maxRetryMs: number;
  /** Watched at the same time; a source with more is looked at in turns. */
  maxDirectories: number;
  /** Directories without a listed file that are watched, since files may come: the oldest goes. */
  maxEmptyDirectories: number;
  /** Up to so many changed files are looked at by themselves. */
  maxNamedPaths: number;
  /** After such looks the whole is looked at once more, this long after the first of them: a notice may have been lost. */
  confirmMs: number;
  /** Changed paths that are remembered; beyond them only that there are more. */
  maxChangedPaths: number;
}

export const defaultFollowLimits: FollowLimits = {
  settleMs: 300,
  maxSettleMs: 3_000,
  maxGitWaitMs: 30_000,
  maxNoiseMs: 30_000,
  pollMs: 10_000,
  pollShare: 0.05,
  retryMs: 2_000,
  maxRetryMs: 120_000,
  maxDirectories: 20_000,
  maxEmptyDirectories: 512,
  maxNamedPaths: 100,
  confirmMs: 30_000,
  maxChangedPaths: 10_000,
};
