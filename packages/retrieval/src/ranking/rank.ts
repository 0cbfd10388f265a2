// From candidates to a ranking: the text score (lexical and vector, each normalized within the query), boosts added, the path's factor,
// and file saturation last. Every part becomes a reason, so that a score can be recomputed by hand.
import type { HitReason } from "@outpost/protocol";
import type { ChunkTable } from "../index/chunk-table.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { type DefinitionBoost, nameBoost, nameWords } from "./definition-boost.ts";
import { mentionBoost } from "./mention-boost.ts";
import type { PathScores } from "./path-scores.ts";
import { weights } from "./weights.ts";

/** Cosines of chunks against the query, by slot, with what they are normalized by. */
export interface SlotVectorScores {
  scores: ReadonlyMap<number, number>;
  medianScore: number;
  maxScore: number;
}

export interface RankInput {
  query: ParsedQuery;
  table: ChunkTable;
  lexical: { scores: Float32Array; maxScore: number };
  vectors: SlotVectorScores | null;
  definitions: ReadonlyMap<number, DefinitionBoost>;
  paths: PathScores;
}

export interface RankedSlot {
  slot: number;
  score: number;
  reasons: HitReason[];
}

/** What a score is made of: the sum of the first seven, times the factors. */
interface Parts {
  slot: number;
  lexical: number;
  vector: number;
  path: number;
  mention: number;
  definition: number;
  name: number;
  coherence: number;
  pathFactor: number;
  saturation: number;
  score: number;
}

/** The best `limit` of the candidates, best first; equal scores keep the lower slot first. */
export function rankSlots(input: RankInput, candidates: readonly number[], limit: number): RankedSlot[] {
  const scored = candidates.map((slot) => textParts(input, slot));
  addFileShares(input.table, scored);
  for (const parts of scored) addBoosts(input, parts);
  scored.sort(byScore);
  const chunksOfFile = new Map<number, number>();
  for (const parts of scored) {
    const position = input.table.entryPosition(parts.slot);
    const before = chunksOfFile.get(position) ?? 0;
    chunksOfFile.set(position, before + 1);
    parts.saturation = weights.saturation ** before;
    parts.score *= parts.saturation;
  }
  return scored
    .sort(byScore)
    .slice(0, limit)
    .filter(({ score }) => score > 0)
    .map((parts) => ({ slot: parts.slot, score: parts.score, reasons: explain(input, parts) }));
}

/** What reasons amount to: the sum of the additive ones, times the factors. */
export function sumReasons(reasons: readonly HitReason[]): number {
  let sum = 0;
  let factor = 1;
  for (const { signal, value } of reasons) {
    if (signal === "penalty" || signal === "saturation") factor *= value;
    else sum += value;
  }
  return sum * factor;
}

function byScore(a: Parts, b: Parts): number {
  return b.score - a.score || a.slot - b.slot;
}

function textParts(input: RankInput, slot: number): Parts {
  const none = { path: 0, mention: 0, definition: 0, name: 0, coherence: 0, pathFactor: 1, saturation: 1, score: 0 };
  return { slot, lexical: lexicalPart(input, slot), vector: vectorPart(input, slot), ...none };
}

/** Coherence: the summed text score of a file's candidates, as a share of the best file's. */
function addFileShares(table: ChunkTable, scored: readonly Parts[]): void {
  const sums = new Map<number, number>();
  let best = 0;
  for (const { slot, lexical, vector } of scored) {
    const position = table.entryPosition(slot);
    const sum = (sums.get(position) ?? 0) + lexical + vector;
    sums.set(position, sum);
    best = Math.max(best, sum);
  }
  if (best === 0) return;
  for (const parts of scored) {
    parts.coherence = (weights.coherence * (sums.get(table.entryPosition(parts.slot)) ?? 0)) / best;
  }
}

function addBoosts({ query, table, definitions, paths }: RankInput, parts: Parts): void {
  const { slot } = parts;
  const position = table.entryPosition(slot);
  parts.path = paths.valueOf(position);
  parts.pathFactor = paths.factorOf(position);
  if (query.mentions.length > 0) {
    parts.mention = mentionBoost(query, table.entryAt(slot).path, table.describe(slot)).value;
  }
  parts.definition = definitions.get(slot)?.value ?? 0;
  parts.name = nameBoost(query, table.symbolOf(slot));
  const { lexical, vector, path, mention, definition, name, coherence } = parts;
  parts.score = (lexical + vector + path + mention + definition + name + coherence) * parts.pathFactor;
}

/** The reasons of a hit. The words of the lexical one are filled in by who has the postings. */
function explain({ query, table, definitions, paths }: RankInput, parts: Parts): HitReason[] {
  const { slot } = parts;
  const position = table.entryPosition(slot);
  const reasons: HitReason[] = [
    { signal: "lexical", value: parts.lexical, detail: "" },
    { signal: "vector", value: parts.vector, detail: "near in meaning" },
    { signal: "path", value: parts.path, detail: paths.wordsOf(position).join(" ") },
    { signal: "path", value: parts.mention, detail: mentionDetail(query, table, slot) },
    { signal: "definition", value: parts.definition, detail: definitions.get(slot)?.symbol ?? "" },
    { signal: "definition", value: parts.name, detail: nameWords(query, table.symbolOf(slot)).join(" ") },
    { signal: "coherence", value: parts.coherence, detail: "what else matches in the file" },
  ];
  const shown = reasons.filter(({ value }) => value !== 0);
  if (parts.pathFactor < 1) {
    shown.push({ signal: "penalty", value: parts.pathFactor, detail: paths.kindsOf(position).join(" ") });
  }
  if (parts.saturation < 1) {
    shown.push({ signal: "saturation", value: parts.saturation, detail: "better hits in the same file" });
  }
  return shown;
}

function mentionDetail(query: ParsedQuery, table: ChunkTable, slot: number): string {
  return query.mentions.length === 0 ? "" : mentionBoost(query, table.entryAt(slot).path, table.describe(slot)).detail;
}

function lexicalPart({ lexical, vectors }: RankInput, slot: number): number {
  if (lexical.maxScore === 0) return 0;
  const share = vectors === null ? 1 : 1 - weights.vectorShare;
  return (share * (lexical.scores[slot] ?? 0)) / lexical.maxScore;
}

function vectorPart({ vectors }: RankInput, slot: number): number {
  const score = vectors?.scores.get(slot);
  if (vectors === null || score === undefined) return 0;
  const span = vectors.maxScore - vectors.medianScore;
  // With one chunk, or many equal ones, nothing stands out of the median: then the cosine itself is the measure.
  const share = span < smallestSpan ? score : (score - vectors.medianScore) / span;
  return weights.vectorShare * Math.max(0, share);
}

const smallestSpan = 1e-3;
