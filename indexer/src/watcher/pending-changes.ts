// What changed and was not looked at yet, and when it is time to look: after a burst, and later for paths whose changes changed nothing
// again and again. Pure: told the time.
import type { FollowLimits } from "./limits.ts";

export interface TakenChanges {
  paths: ReadonlySet<string>;
  /** Of them, what came or went: it may be a directory. */
  renamed: ReadonlySet<string>;
  /** More than was remembered. */
  isOverflowing: boolean;
  /** Besides them something may have changed that nobody can name. */
  isUnknown: boolean;
}

export interface PendingChanges {
  note(path: string, kind: "rename" | "change", nowMs: number): void;
  /** Something may have changed that nobody can name. */
  noteUnknown(nowMs: number): void;
  /** Null while nothing waits. */
  dueAtMs(): number | null;
  /** Files of the source; git's own are not counted. */
  count(): number;
  take(): TakenChanges;
  /** What a look at the taken ones found. */
  settle(taken: TakenChanges, hasChanged: boolean, nowMs: number): void;
}

/** Doublings of the wait; more would pass any bound. */
const maxNoise = 16;

export function createPendingChanges(limits: FollowLimits): PendingChanges {
  let paths = new Set<string>();
  let renamed = new Set<string>();
  let isOverflowing = false;
  let isUnknown = false;
  let burst: { firstAtMs: number; lastAtMs: number; noise: number } | null = null;
  let settledAtMs = 0;
  /** By path: how often in a row a look found nothing. The oldest go. */
  const noiseOf = new Map<string, number>();

  function noteBurst(nowMs: number, noise: number): void {
    burst = {
      firstAtMs: burst?.firstAtMs ?? nowMs,
      lastAtMs: nowMs,
      noise: Math.min(burst?.noise ?? maxNoise, noise),
    };
  }

  function remember(path: string, noise: number): void {
    noiseOf.delete(path);
    if (noise > 0) noiseOf.set(path, Math.min(maxNoise, noise));
    const oldest = noiseOf.size > limits.maxChangedPaths ? noiseOf.keys().next().value : undefined;
    if (oldest !== undefined) noiseOf.delete(oldest);
  }

  return {
    note(path, kind, nowMs) {
      if (paths.size < limits.maxChangedPaths || paths.has(path)) {
        paths.add(path);
        if (kind === "rename") renamed.add(path);
      } else isOverflowing = true;
      noteBurst(nowMs, noiseOf.get(path) ?? 0);
    },
    noteUnknown(nowMs) {
      isUnknown = true;
      noteBurst(nowMs, 0);
    },
    dueAtMs() {
      if (burst === null) return null;
      const quietAtMs = Math.min(burst.lastAtMs + limits.settleMs, burst.firstAtMs + limits.maxSettleMs);
      if (burst.noise === 0) return quietAtMs;
      return Math.max(quietAtMs, settledAtMs + Math.min(limits.maxNoiseMs, limits.settleMs * 2 ** burst.noise));
    },
    count: () => countVisible(paths),
    take() {
      const taken = { paths, renamed, isOverflowing, isUnknown };
      paths = new Set();
      renamed = new Set();
      isOverflowing = false;
      isUnknown = false;
      burst = null;
      return taken;
    },
    settle(taken, hasChanged, nowMs) {
      settledAtMs = nowMs;
      for (const path of taken.paths) {
        const before = noiseOf.get(path) ?? 0;
        remember(path, hasChanged ? Math.floor(before / 2) : before + 1);
      }
    },
  };
}

export function countVisible(paths: ReadonlySet<string> = new Set()): number {
  let count = 0;
  for (const path of paths) if (!path.startsWith(".git/")) count++;
  return count;
}
