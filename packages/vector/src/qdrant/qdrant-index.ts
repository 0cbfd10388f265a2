// The vector index on a Qdrant server: one collection, searched over one batch of queries, filled in bounded batches. It knows nothing of
// views; what the caller names in `among` decides what may be a candidate, whatever the server holds beside it.
import { isOutpostError, OutpostError } from "@outpost/protocol";
import type { VectorAnswer, VectorCandidate, VectorIndex, VectorQuery, VectorReader } from "@outpost/retrieval";
import type { Schemas } from "@qdrant/js-client-rest";
import { addWanted, byScore } from "../candidates.ts";
import { median } from "../score-histogram.ts";
import type { QdrantConnection } from "./connection.ts";
import { batchesOf, type Point, type PointOptions, pointsOf } from "./points.ts";
import { queryByCosine, queryByIds, queryByTerms, type SearchScope, sampleOf } from "./search-batch.ts";

export interface QdrantIndexOptions extends PointOptions {
  /** The collection or its alias. */
  name: string;
  /** That searches are narrowed to. Null: none. */
  repository: string | null;
}

/** Entries named in one deletion. */
const entriesPerDelete = 1000;
/** Candidates by cosine asked for at most, where what the view does not show stands in front. */
const maxCandidates = 8192;

export function createQdrantReader(
  connection: QdrantConnection,
  options: Pick<QdrantIndexOptions, "name" | "dimensions" | "tenant" | "repository">,
): VectorReader {
  const { name, dimensions, tenant, repository } = options;
  const scope: SearchScope = { tenant, repository };

  async function ask(searches: Schemas["QueryRequest"][], signal?: AbortSignal): Promise<VectorCandidate[][]> {
    const request = { collection_name: name, searches };
    const answers = await connection.ask(
      `collection "${name}"`,
      (api, init) => api.queryBatchPoints(request, init),
      signal,
    );
    return answers.map(({ points }) => points.map(({ id, score }) => ({ chunkId: Number(id), score })));
  }

  /** Asks for more where the view shows few of those that were given; a server that gives no more at once (strict mode) has given its best. */
  async function bestOf(
    given: VectorCandidate[],
    query: VectorQuery,
    signal?: AbortSignal,
  ): Promise<VectorCandidate[]> {
    let raw = given;
    let limit = query.limit;
    for (;;) {
      const best = raw.filter(({ chunkId }) => isAmong(query.among, chunkId));
      const isAll = raw.length < limit || limit >= maxCandidates;
      if (isAll || best.length >= Math.min(query.limit, query.among.length)) return best;
      limit = Math.min(maxCandidates, limit * 4);
      try {
        [raw = []] = await ask([queryByCosine(query, scope, limit)], signal);
      } catch (error) {
        if (isOutpostError(error) && error.code === "invalid_input") return best;
        throw error;
      }
    }
  }

  return {
    async search(query, signal) {
      signal?.throwIfAborted();
      if (query.vector.length !== dimensions) {
        throw new OutpostError(
          "invalid_input",
          `a query of ${query.vector.length} numbers in an index of ${dimensions}`,
        );
      }
      if (query.among.length === 0 || query.limit === 0) return { candidates: [], medianScore: 0 };
      const sample = sampleOf(query.among);
      const named = [...new Set([...query.wanted, ...sample])];
      const [byCosine = [], byIds = [], byTerms = []] = await ask(
        [
          queryByCosine(query, scope, query.limit),
          queryByIds(query, named),
          ...(query.terms.length > 0 ? [queryByTerms(query, scope)] : []),
        ],
        signal,
      );
      return merge({ query, sample, byIds, byTerms, best: await bestOf(byCosine, query, signal) });
    },
  };
}

/** `countOf`: chunks of these entries. */
export function createQdrantIndex(
  connection: QdrantConnection,
  options: QdrantIndexOptions,
): VectorIndex & { countOf(entryIds: readonly number[], signal?: AbortSignal): Promise<number> } {
  const { name } = options;
  const what = `collection "${name}"`;
  const path = { collection_name: name };

  /** An operation that waits in the server's queue is not there to be found. */
  function assertDone({ status }: Schemas["UpdateResult"]): void {
    if (status === "completed") return;
    throw new OutpostError("timeout", `qdrant at ${connection.url} did not get done with ${what} in time (${status})`, {
      retryable: true,
    });
  }

  async function upsert(points: readonly Point[], signal?: AbortSignal): Promise<void> {
    try {
      const request = { ...path, wait: true, points: [...points] };
      assertDone(await connection.ask(what, (api, init) => api.upsertPoints(request, init), signal));
    } catch (error) {
      const isTooMuch = error instanceof OutpostError && error.code === "limit_exceeded" && points.length > 1;
      if (!isTooMuch) throw error;
      const middle = points.length >> 1;
      await upsert(points.slice(0, middle), signal);
      await upsert(points.slice(middle), signal);
    }
  }

  async function count(narrowed: { filter?: Schemas["Filter"] }, signal?: AbortSignal): Promise<number> {
    const request = { ...path, ...narrowed, exact: true };
    return (await connection.ask(what, (api, init) => api.countPoints(request, init), signal)).count;
  }

  return {
    ...createQdrantReader(connection, options),
    async put(entries, signal) {
      for (const points of batchesOf(pointsOf(entries, options))) await upsert(points, signal);
    },
    async remove(entries, signal) {
      for (let at = 0; at < entries.length; at += entriesPerDelete) {
        const any = entries.slice(at, at + entriesPerDelete).map(({ entryId }) => entryId);
        const request = { ...path, wait: true, filter: ofEntries(any) };
        assertDone(await connection.ask(what, (api, init) => api.deletePoints(request, init), signal));
      }
    },
    count: (signal) => count({}, signal),
    countOf: (entryIds, signal) => count({ filter: ofEntries(entryIds) }, signal),
  };
}

function ofEntries(entryIds: readonly number[]): Schemas["Filter"] {
  return { must: [{ key: "entry", match: { any: [...entryIds] } }] };
}

function merge(found: {
  query: VectorQuery;
  sample: readonly number[];
  best: readonly VectorCandidate[];
  byIds: readonly VectorCandidate[];
  byTerms: readonly VectorCandidate[];
}): VectorAnswer {
  const { query, best, byIds } = found;
  const wanted = new Set(query.wanted);
  const sampled = new Set(found.sample);
  const byTerms = found.byTerms.filter(({ chunkId }) => isAmong(query.among, chunkId));
  const all = addWanted([...best], [...byIds, ...byTerms]).sort(byScore);
  const more = [...byIds.filter(({ chunkId }) => wanted.has(chunkId)), ...byTerms];
  const scores = byIds.filter(({ chunkId }) => sampled.has(chunkId)).map(({ score }) => score);
  return { candidates: addWanted(all.slice(0, query.limit), more), medianScore: median(Float32Array.from(scores)) };
}

/** `among` is ascending. */
function isAmong(among: Int32Array, chunkId: number): boolean {
  let low = 0;
  let high = among.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = among[middle] as number;
    if (found === chunkId) return true;
    if (found < chunkId) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
