// What the ranking of one query works with.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { PostingIndex } from "../index/posting-index.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import type { Candidates } from "./candidates.ts";
import type { DefinitionBoost } from "./definition-boost.ts";
import type { MentionedFile } from "./mentioned-files.ts";
import type { PathScores } from "./path-scores.ts";
import type { TranslatedScores } from "./translated-scores.ts";

/** Cosines of candidates against the query, with what they are normalized by. */
export interface CandidateCosines {
  /** By number of the candidate; NaN for those that the vector index did not tell of. */
  cosines: Float64Array;
  medianScore: number;
  maxScore: number;
}

export interface RankInput {
  query: ParsedQuery;
  table: ChunkTable;
  postings: PostingIndex;
  /** By slot; `fileScores` by position of the entry. */
  lexical: { scores: Float32Array; maxScore: number; fileScores: Float32Array };
  /** Null: nothing of the query is told in other words. */
  translated: TranslatedScores | null;
  candidates: Candidates;
  vectors: CandidateCosines | null;
  /** By position of the entry. */
  mentioned: ReadonlyMap<number, MentionedFile>;
  definitions: ReadonlyMap<number, DefinitionBoost>;
  paths: PathScores;
}
