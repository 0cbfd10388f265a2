// Search: a query over one repository's view, and hits that explain themselves.
import { z } from "zod";
import { Freshness } from "./freshness.ts";
import { RepositoryId } from "./ids.ts";
import { limits } from "./limits.ts";
import { ModelUsage } from "./model.ts";

const expansionWord = z.string().max(limits.expansionWordCharacters);

/** What the code that a query is about would be called and contain, as somebody says who has not seen it. */
export const QueryExpansion = z.strictObject({
  /** Likely identifiers. */
  names: z.array(expansionWord).max(limits.expansionNames),
  /** Likely single words of names and comments. */
  words: z.array(expansionWord).max(limits.expansionWords),
});
export type QueryExpansion = z.infer<typeof QueryExpansion>;

export const SearchRequest = z
  .strictObject({
    repositoryId: RepositoryId,
    query: z.string().trim().min(1, "a query is required").max(limits.searchQueryCharacters),
    limit: z.int().min(1).max(limits.searchHits).default(10),
    /** Only paths that start with this; relative, with "/" between parts. */
    pathPrefix: z.string().max(4096).optional(),
    expansion: QueryExpansion.optional(),
    /** Ask a language model for the expansion first: slower by one short answer. Needs a token that may submit tasks. */
    expand: z.boolean().optional(),
    /** The model to ask, named as for a task; absent: the server's own choice. */
    model: z.string().trim().min(1).max(200).optional(),
  })
  .refine(({ expand, expansion }) => expand !== true || expansion === undefined, {
    path: ["expand"],
    error: "the expansion is given already; leave one of the two out",
  })
  .refine(({ expand, model }) => expand === true || model === undefined, {
    path: ["model"],
    error: "a model is only asked with expand: true",
  });
export type SearchRequest = z.infer<typeof SearchRequest>;

/** One term of a hit's score, before the sum. `place`: where it stands in one of two rankings that were merged. */
export const HitReason = z.object({
  signal: z.enum([
    "lexical",
    "vector",
    "path",
    "definition",
    "coherence",
    "reference",
    "saturation",
    "penalty",
    "place",
  ]),
  /** Added to the score, or the factor it was multiplied by for `saturation` and `penalty`. */
  value: z.number(),
  /** What matched: words, a symbol, the part of the path. */
  detail: z.string(),
});
export type HitReason = z.infer<typeof HitReason>;

export const Hit = z.object({
  path: z.string(),
  /** 1-based, inclusive. */
  startLine: z.int(),
  endLine: z.int(),
  language: z.string(),
  kind: z.string(),
  symbol: z.string().nullable(),
  /** What a part without a symbol of its own stands in: of a long function, say, that was cut. */
  within: z.string().nullable().optional(),
  text: z.string(),
  /** Where to begin reading when not all is shown: the line that the query names, else the first of the part that matches best. */
  bestLine: z.int().optional(),
  score: z.number(),
  reasons: z.array(HitReason),
});
export type Hit = z.infer<typeof Hit>;

/** What an answer covers: promise 7, the index is never wrong in silence. */
export const Coverage = z.object({
  state: z.enum(["absent", "indexing", "ready", "failed"]),
  files: z.int(),
  chunks: z.int(),
  skippedFiles: z.int(),
  /** Epoch milliseconds of the state that was indexed; null when there is none. */
  indexedAtMs: z.int().nullable(),
  /** Paths that changed since, as far as is known: all of them only while the source is followed. */
  staleFiles: z.int(),
  freshness: Freshness.default("on_request"),
  /** What made this answer poorer than it could be, such as a vector engine that did not answer. */
  notes: z.array(z.string()).default([]),
});
export type Coverage = z.infer<typeof Coverage>;

/** What was searched with besides the query. Without bounds: a word is longer once a mark stands for the secret that was in it. */
export const UsedExpansion = z.object({
  names: z.array(z.string()),
  words: z.array(z.string()),
  /** Whose words these are; null where the request gave them. */
  model: z.string().nullable(),
  /** Absent: nobody was asked for it now. */
  usage: ModelUsage.optional(),
});
export type UsedExpansion = z.infer<typeof UsedExpansion>;

export const SearchResponse = z.object({
  hits: z.array(Hit),
  coverage: Coverage,
  /** Without the time that a model took. */
  tookMs: z.number(),
  /** Of `tookMs`, until the index was in memory as it is now: seconds for a large repository that was not there. */
  loadMs: z.number().default(0),
  expansion: UsedExpansion.optional(),
});
export type SearchResponse = z.infer<typeof SearchResponse>;
