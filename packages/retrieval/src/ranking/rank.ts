// From candidates to a ranking: the text score (lexical and vector, each normalized within the query), boosts added, the path's factor,
// and saturation by better hits of the same file last. Every part becomes a reason, so that a score can be recomputed by hand.
import type { HitReason } from "@outpost/protocol";
import { nameBoost } from "./definition-boost.ts";
import { explain } from "./explain.ts";
import { addFileScores } from "./file-scores.ts";
import { addFolderScores } from "./folder-scores.ts";
import { joinNeighbours } from "./join-neighbours.ts";
import { mentionedLine } from "./mentioned-files.ts";
import { orderInFiles } from "./order-in-files.ts";
import { newParts, type Parts, scoreOf } from "./parts.ts";
import type { RankInput } from "./rank-input.ts";
import { addReferences } from "./references.ts";
import { weights } from "./weights.ts";

export interface RankedSlot {
  /** The best chunk of the hit; the hit goes from the first line of `firstSlot` to the last of `lastSlot`. */
  slot: number;
  firstSlot: number;
  lastSlot: number;
  score: number;
  /** The line that the query names, else the first of the slot. */
  bestLine: number;
  reasons: HitReason[];
}

/** At most `limit` hits out of the candidates, best first; equal scores keep the lower slot first. */
export function rankSlots(input: RankInput, limit: number): RankedSlot[] {
  const { query, table, candidates } = input;
  const scored = candidates.slots.map((slot, number) =>
    newParts(slot, lexicalPart(input, slot), vectorPart(input, number)),
  );
  addFileScores(input, scored);
  addFolderScores(table, query, scored);
  const usedNames = addReferences(input, scored);
  for (const parts of scored) addBoosts(input, parts);
  scored.sort(byScore);
  for (const chunks of orderInFiles(table, scored)) saturate(input, chunks);
  return joinNeighbours(table, scored.sort(byScore), limit).map(({ best, firstSlot, lastSlot }) => {
    const { slot, score } = best;
    const reasons = explain(input, best, usedNames.get(slot));
    return { slot, firstSlot, lastSlot, bestLine: bestLine(input, slot), score, reasons };
  });
}

function bestLine({ mentioned, table }: RankInput, slot: number): number {
  const place = table.describe(slot);
  const named = mentioned.get(table.entryPosition(slot));
  return (named && mentionedLine(named, place)) ?? place.startLine;
}

/** Whole numbers: a fraction would be an object of its own for each comparison. */
function byScore(a: Parts, b: Parts): number {
  return a.score > b.score ? -1 : a.score < b.score ? 1 : a.slot - b.slot;
}

function addBoosts(
  { query, table, vectors, translated, mentioned, definitions, paths }: RankInput,
  parts: Parts,
): void {
  const { slot } = parts;
  const position = table.entryPosition(slot);
  parts.path = (paths.values[position] as number) * (vectors === null ? weights.pathWithoutVectors : 1);
  parts.pathFactor = paths.factorOf(position);
  const named = mentioned.get(position);
  if (named !== undefined) {
    parts.mention = named.share * weights.mentionedFile;
    if (mentionedLine(named, table.describe(slot)) !== undefined) parts.line = named.share * weights.mentionedLine;
  }
  parts.definition = definitions.get(slot)?.value ?? 0;
  parts.name = nameBoost(query, table.symbols.termsOf(slot));
  if (translated !== null) parts.translated = translated.share * (translated.scores[slot] as number);
  parts.score = scoreOf(parts);
}

/**
 * Of one file, the one that stands for it first: what speaks for a file counts once, so a further chunk of it has to stand on its own words.
 * For long queries the whole of it stands back, too.
 */
function saturate({ query }: RankInput, chunks: readonly Parts[]): void {
  const ofLongQuery = 1 - (1 - weights.longSaturation) * (1 - query.brevity);
  for (const [before, parts] of chunks.entries()) {
    const left = weights.fileSaturation ** before;
    parts.fileShare = left;
    parts.path *= left;
    parts.coherence *= left;
    parts.file *= left;
    parts.folder *= left;
    parts.mention *= left;
    parts.saturation = ofLongQuery ** before;
    parts.score = scoreOf(parts);
  }
}

function lexicalPart({ lexical, vectors }: RankInput, slot: number): number {
  if (lexical.maxScore === 0) return 0;
  const share = vectors === null ? 1 : 1 - weights.vectorShare;
  return (share * (lexical.scores[slot] ?? 0)) / lexical.maxScore;
}

function vectorPart({ vectors }: RankInput, number: number): number {
  if (vectors === null) return 0;
  const score = vectors.cosines[number] as number;
  if (Number.isNaN(score)) return 0;
  const span = vectors.maxScore - vectors.medianScore;
  // With one chunk, or many equal ones, nothing stands out of the median: then the cosine itself is the measure.
  const share = span < smallestSpan ? score : (score - vectors.medianScore) / span;
  return weights.vectorShare * Math.max(0, share);
}

const smallestSpan = 1e-3;
