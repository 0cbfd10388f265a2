// Search by words until the embedder is there, and by meaning from then on. Knows no embedder by name.
// Invariant: an embedder that is away never keeps the server from starting or a search from being answered.
import { OutpostError } from "@outpost/protocol";
import type { Embedder } from "@outpost/retrieval";
import type { Logger } from "pino";
import type { SearchService } from "../search/search-service.ts";

const firstDelayMs = 5000;
const maxDelayMs = 120_000;

/** Waits for the first attempt only. */
export async function openLateSearch(parts: {
  open(): Promise<Embedder>;
  createSearch(embedder: Embedder): SearchService;
  logger: Logger;
}): Promise<SearchService> {
  const { open, createSearch, logger } = parts;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let current: SearchService;

  async function tryAgain(delayMs: number): Promise<void> {
    if (isClosed) return;
    try {
      const embedder = await open();
      const wordsOnly = current;
      current = createSearch(embedder);
      await wordsOnly.close();
      logger.info({ embedder: embedder.identity.name }, "embedder.opened");
    } catch {
      later(Math.min(maxDelayMs, delayMs * 2));
    }
  }

  function later(delayMs: number): void {
    timer = setTimeout(() => void tryAgain(delayMs), delayMs);
    timer.unref();
  }

  try {
    current = createSearch(await open());
  } catch (error) {
    logger.warn({ err: error }, "embedder.absent");
    current = createSearch(absentEmbedder(error));
    later(firstDelayMs);
  }
  return {
    search: (request, signal) => current.search(request, signal),
    coverage: (viewId, signal) => current.coverage(viewId, signal),
    mainLanguages: (viewId, signal) => current.mainLanguages(viewId, signal),
    holds: (viewId) => current.holds(viewId),
    unload: (viewId) => current.unload(viewId),
    unloadAll: () => current.unloadAll(),
    stats: () => current.stats(),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await current.close();
    },
  };
}

/** Nothing was ever embedded by it, so that no stored vector is compared with its own. */
function absentEmbedder(reason: unknown): Embedder {
  const refuse = async (): Promise<never> => {
    throw new OutpostError("unavailable", `there is no embedder: ${String((reason as Error).message)}`, {
      retryable: true,
      cause: reason,
    });
  };
  return {
    identity: { name: "none/absent", revision: "0", dimensions: 1 },
    embedDocuments: refuse,
    embedQuery: refuse,
  };
}
