// Has a repository in memory before somebody searches it: loading it takes a search hundreds of milliseconds. One that is held is brought up
// to date when its index has changed; one that is not is loaded only while nothing else is held, so that a server of many repositories
// holds those that are searched and no others. Knows nothing of what is searched for; what goes wrong here, the next search will say.
import type { IndexStatus } from "@outpost/protocol";
import { checkoutView } from "../indexing/messages.ts";
import type { SearchService } from "./search-service.ts";

/** Chunks of a repository that is loaded unasked: some 120 MB, and 1.3 s of a processor. */
const maxUnaskedChunks = 50_000;
/** Behind the start of the server, which has other things to do first. */
const startDelayMs = 1_000;

export interface PreparedSearches {
  /** Of the repositories that have an index; the one that was indexed last is worked on. */
  started(statuses: readonly IndexStatus[]): void;
  indexed(status: IndexStatus): void;
  close(): void;
}

export function createPreparedSearches(
  search: Pick<SearchService, "coverage" | "holds" | "stats">,
  delayMs = startDelayMs,
): PreparedSearches {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function prepare({ repositoryId, state, chunks }: IndexStatus): void {
    const viewId = checkoutView(repositoryId);
    const isWanted = search.holds(viewId) || (search.stats().repositories === 0 && chunks <= maxUnaskedChunks);
    if (state === "ready" && isWanted && !isClosed) void search.coverage(viewId).catch(() => {});
  }

  return {
    indexed: prepare,
    started(statuses) {
      const [last] = statuses.toSorted((a, b) => (b.indexedAtMs ?? 0) - (a.indexedAtMs ?? 0));
      if (last === undefined) return;
      timer = setTimeout(() => prepare(last), delayMs);
      timer.unref();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
