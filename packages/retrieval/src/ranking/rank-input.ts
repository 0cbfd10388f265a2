// What the ranking of one query works with.
import type { ChunkTable } from "../index/chunk-table.ts";
import type { PostingIndex } from "../index/posting-index.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import type { DefinitionBoost } from "./definition-boost.ts";
import type { PathScores } from "./path-scores.ts";
import type { TranslatedScores } from "./translated-scores.ts";

/** Cosines of chunks against the query, by slot, with what they are normalized by. */
export interface SlotVectorScores {
  scores: ReadonlyMap<number, number>;
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
  vectors: SlotVectorScores | null;
  definitions: ReadonlyMap<number, DefinitionBoost>;
  paths: PathScores;
}
