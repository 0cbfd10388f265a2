// The run's view of the index, in step with its worktree: what was touched is indexed at once, beside whatever the run does next, so
// that a search seldom waits for it. Knows neither index nor worktree. Invariant: a search sees everything touched before it was asked.
import { withSignal } from "../search/with-signal.ts";

export interface RunView {
  noteTouched(paths: readonly string[]): void;
  /** Opens the view when it is not. Rejects as `update` does; what could not be indexed is tried again with the next. */
  bringUpToDate(signal: AbortSignal): Promise<void>;
  /** Ends what is under way; the view may be opened anew. */
  close(): Promise<void>;
}

export function createRunView(update: (paths: readonly string[], signal: AbortSignal) => Promise<void>): RunView {
  const touched = new Set<string>();
  let isOpen = false;
  let underWay: Promise<void> = Promise.resolve();
  let closing = new AbortController();

  async function updateTouched(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (isOpen && touched.size === 0) return;
    const paths = [...touched];
    touched.clear();
    try {
      await update(paths, signal);
      isOpen = true;
    } catch (error) {
      for (const path of paths) touched.add(path);
      throw error;
    }
  }

  /** One at a time. */
  function enqueue(signal: AbortSignal): Promise<void> {
    const turn = underWay.then(() => updateTouched(signal));
    underWay = turn.catch(() => {});
    return turn;
  }

  return {
    noteTouched(paths) {
      for (const path of paths) touched.add(path);
      // Should it fail, the next search tries again and says why.
      if (isOpen && touched.size > 0) enqueue(closing.signal).catch(() => {});
    },
    bringUpToDate: (signal) => withSignal(enqueue(signal), signal),
    async close() {
      closing.abort(new Error("the view of the run is closed"));
      await underWay;
      closing = new AbortController();
      isOpen = false;
      touched.clear();
    },
  };
}
