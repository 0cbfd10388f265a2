// One search as one batch of queries: the best by cosine, the cosines of what the terms find, and the cosines of chunks that are named
// (wanted ones, and an even sample of the view that the median is taken from).
import type { VectorQuery } from "@outpost/retrieval";
import type { Schemas } from "@qdrant/js-client-rest";
import { denseVector, termVector } from "./collection.ts";

export interface SearchScope {
  tenant: string;
  /** Null: all of them. */
  repository: string | null;
}

/** Chunks that the median is taken from. */
const sampleSize = 512;

const rescored: Schemas["SearchParams"] = { quantization: { rescore: true, oversampling: 2 } };
const exact: Schemas["SearchParams"] = { exact: true };

export function queryByCosine(query: VectorQuery, scope: SearchScope, limit: number): Schemas["QueryRequest"] {
  const params = { ...rescored, hnsw_ef: Math.max(128, limit) };
  return { ...dense(query), filter: narrow(query, scope), params, limit, with_payload: false };
}

export function queryByTerms(query: VectorQuery, scope: SearchScope): Schemas["QueryRequest"] {
  const { limit } = query;
  const terms = { indices: Array.from(query.terms), values: Array.from(query.terms, () => 1) };
  const prefetch = { query: terms, using: termVector, filter: narrow(query, scope), limit };
  return { prefetch, ...dense(query), params: rescored, limit, with_payload: false };
}

export function queryByIds(query: VectorQuery, chunkIds: readonly number[]): Schemas["QueryRequest"] {
  const filter = { must: [{ has_id: [...chunkIds] }] };
  return { ...dense(query), filter, params: exact, limit: chunkIds.length, with_payload: false };
}

/** All of them where there are few; else one out of every stretch, at any place of it, since code comes in patterns. Always the same. */
export function sampleOf(among: Int32Array): number[] {
  if (among.length <= sampleSize) return Array.from(among);
  const stretch = among.length / sampleSize;
  const place = (index: number) => Math.floor((index + scatter(index)) * stretch);
  return Array.from({ length: sampleSize }, (_, index) => among[place(index)] as number);
}

/** 0 to below 1. */
function scatter(index: number): number {
  let mixed = Math.imul(index + 1, 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}

function dense({ vector }: VectorQuery): { query: number[]; using: string } {
  return { query: Array.from(vector), using: denseVector };
}

/** A prefix that ends within a name is narrowed by its folder; the view decides about the rest. */
function narrow({ pathPrefix }: VectorQuery, { tenant, repository }: SearchScope): Schemas["Filter"] {
  const folder = pathPrefix === null ? "" : pathPrefix.slice(0, pathPrefix.lastIndexOf("/") + 1);
  const must: Schemas["FieldCondition"][] = [{ key: "tenant", match: { value: tenant } }];
  if (repository !== null) must.push({ key: "repository", match: { value: repository } });
  if (folder !== "") must.push({ key: "path_prefixes", match: { value: folder } });
  return { must };
}
