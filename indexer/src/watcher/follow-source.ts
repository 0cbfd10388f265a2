// Keeps something in step with a source: notices changes, waits until a burst is over and git is done, and has the source looked at.
// Where it cannot be watched, it is looked at in turns. Knows nothing of what a look does.
// Invariant: whatever changes after a look began leads to another one; nothing is missed, only late.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultFollowLimits, type FollowLimits } from "./limits.ts";
import { countVisible, createPendingChanges, type TakenChanges } from "./pending-changes.ts";
import { type FollowedSource, openSourceWatches, type SourceWatches } from "./source-watches.ts";

export interface Look {
  /** All that hold listed files, and what is above them, relative to the root; null: as before, it looked at some files only. */
  directories: readonly string[] | null;
  /** Whether it found anything new. */
  hasChanged: boolean;
}

export interface FollowSourceInput {
  /** `poll`: watch nothing, look in turns. */
  mode: "watch" | "poll";
  /** Of a look that was taken just now; they are watched before the first look of this. */
  directories?: readonly string[];
  /** Where it is now. Rejects when it is gone; tried again later. */
  locate(): Promise<FollowedSource>;
  /**
   * Brings things in step. `paths`: the files that may have changed; null: anything may have. A rejection is told to `onProblem` and tried
   * again later.
   */
  look(signal: AbortSignal, paths: readonly string[] | null): Promise<Look>;
  onProblem(error: unknown): void;
  limits?: Partial<FollowLimits>;
}

export interface SourceFollower {
  /** `on_request`: the last look failed, or there was none; it is tried again. `changedPaths`: noticed and not looked at yet. */
  state(): { freshness: "followed" | "polled" | "on_request"; changedPaths: number };
  /** Waits for the look under way, after telling it to stop. */
  close(): Promise<void>;
}

export function followSource(input: FollowSourceInput): SourceFollower {
  const limits = { ...defaultFollowLimits, ...input.limits };
  const pending = createPendingChanges(limits);
  const closing = new AbortController();
  let opened: { source: FollowedSource; watches: SourceWatches } | null = null;
  /** Watching failed: there are too many directories, or the system gives no more watches. */
  let isUnwatchable = input.mode === "poll";
  let freshness: "followed" | "polled" | "on_request" = "on_request";
  let failures = 0;
  let looked = { atMs: 0, tookMs: 0 };
  /** When the whole is looked at again after looks at some files. */
  let confirmAtMs: number | null = null;
  let looking: { changes: TakenChanges; done: Promise<void> } | null = null;
  let timer: { handle: NodeJS.Timeout; atMs: number } | null = null;

  function nextDueMs(): number | null {
    if (failures > 0) return looked.atMs + Math.min(limits.maxRetryMs, limits.retryMs * 2 ** (failures - 1));
    const noticedMs = pending.dueAtMs();
    const dueMs = Math.min(noticedMs ?? Number.POSITIVE_INFINITY, confirmAtMs ?? Number.POSITIVE_INFINITY);
    if (!isUnwatchable) return Number.isFinite(dueMs) ? dueMs : null;
    const turnMs = looked.atMs + Math.max(limits.pollMs, looked.tookMs / limits.pollShare);
    return Math.min(dueMs, turnMs);
  }

  function arm(): void {
    const dueMs = nextDueMs();
    if (closing.signal.aborted || looking !== null || dueMs === null || (timer !== null && timer.atMs <= dueMs)) return;
    if (timer !== null) clearTimeout(timer.handle);
    timer = { atMs: dueMs, handle: setTimeout(fire, Math.max(0, dueMs - Date.now())) };
    timer.handle.unref();
  }

  function fire(): void {
    timer = null;
    const dueMs = nextDueMs();
    if (dueMs !== null && dueMs <= Date.now()) begin();
    else arm();
  }

  function begin(): void {
    const changes = pending.take();
    const startedMs = Date.now();
    const done = lookAt(changes).then(
      ({ hasChanged, mustLookAgain }) => {
        failures = 0;
        freshness = isUnwatchable ? "polled" : "followed";
        pending.settle(changes, hasChanged, Date.now());
        if (mustLookAgain) pending.noteUnknown(Date.now() - limits.maxSettleMs);
      },
      (error: unknown) => {
        failures++;
        freshness = "on_request";
        for (const path of changes.paths) pending.note(path, "rename", Date.now());
        if (!closing.signal.aborted) input.onProblem(error);
      },
    );
    looking = { changes, done };
    void done.then(() => {
      looked = { atMs: Date.now(), tookMs: Date.now() - startedMs };
      looking = null;
      arm();
    });
  }

  async function lookAt(changes: TakenChanges): Promise<{ hasChanged: boolean; mustLookAgain: boolean }> {
    const source = await input.locate();
    await waitForGit(source, limits, closing.signal);
    let paths: string[] | null = null;
    watching(() => {
      const watches = openWatches(source);
      paths = failures > 0 ? null : (watches?.filesOf(changes) ?? null);
      watches?.prepare(changes);
    });
    const { directories, hasChanged } = await input.look(closing.signal, paths);
    if (directories === null) {
      confirmAtMs ??= Date.now() + limits.confirmMs;
      return { hasChanged, mustLookAgain: false };
    }
    confirmAtMs = null;
    let mustLookAgain = false;
    watching(() => {
      mustLookAgain = opened?.watches.settle(directories) ?? false;
    });
    return { hasChanged, mustLookAgain };
  }

  /** A source that cannot be watched is no failure; one that went away is. */
  function watching(work: () => void): void {
    try {
      if (!isUnwatchable) work();
    } catch (error) {
      if (isAbsence(error)) throw error;
      isUnwatchable = true;
      closeWatches();
      input.onProblem(error);
    }
  }

  function openWatches(source: FollowedSource): SourceWatches | undefined {
    const isSame = opened?.source.root === source.root && opened.source.gitDirectory === source.gitDirectory;
    if (!isSame) {
      closeWatches();
      const noteChange = (path: string, kind: "rename" | "change") => {
        pending.note(path, kind, Date.now());
        arm();
      };
      opened = { source, watches: openSourceWatches(source, noteChange, limits) };
      if (input.directories) opened.watches.settle(input.directories);
    }
    return opened?.watches;
  }

  function closeWatches(): void {
    opened?.watches.close();
    opened = null;
  }

  pending.noteUnknown(Date.now() - limits.maxSettleMs);
  arm();
  return {
    state: () => ({ freshness, changedPaths: pending.count() + countVisible(looking?.changes.paths) }),
    async close() {
      closing.abort();
      if (timer !== null) clearTimeout(timer.handle);
      await looking?.done;
      closeWatches();
    },
  };
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EACCES";
}

/** A lock that was left behind by a killed git is not waited for. */
async function waitForGit({ gitDirectory }: FollowedSource, limits: FollowLimits, signal: AbortSignal): Promise<void> {
  if (gitDirectory === null) return;
  const untilMs = Date.now() + limits.maxGitWaitMs;
  while (Date.now() < untilMs && !signal.aborted) {
    const lock = lstatSync(join(gitDirectory, "index.lock"), { throwIfNoEntry: false });
    if (lock === undefined || lock.mtimeMs < Date.now() - limits.maxGitWaitMs) return;
    await sleep(50, undefined, { signal });
  }
}
