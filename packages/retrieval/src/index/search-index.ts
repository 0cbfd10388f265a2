// The entries of one repository in memory, and search over any view of them. It knows no texts, no files and no vectors: cosines are
// handed in for the chunks it asks about. Synchronous and deterministic: the same entries, view and scores give the same hits.
import type { HitReason } from "@outpost/protocol";
import type { LoadedEntry } from "../ports/catalog.ts";
import type { WordTranslations } from "../ports/embedder.ts";
import type { EntryChunks } from "../ports/vector-index.ts";
import { essentialText } from "../query/essential-text.ts";
import { type ParsedQuery, parseQuery } from "../query/parse-query.ts";
import { definitionBoosts, definitionTerm } from "../ranking/definition-boost.ts";
import { mentionedSlots } from "../ranking/mentioned-slots.ts";
import { createPathScores, type PathScores } from "../ranking/path-scores.ts";
import { type RankedSlot, rankSlots } from "../ranking/rank.ts";
import type { RankInput, SlotVectorScores } from "../ranking/rank-input.ts";
import { selectTop } from "../ranking/select-top.ts";
import { scoreTranslations, type TranslatedScores } from "../ranking/translated-scores.ts";
import { TranslationTable } from "../ranking/translation-table.ts";
import { weights } from "../ranking/weights.ts";
import { definedNames } from "../terms/extract-terms.ts";
import { clearRoom, createLexicalRoom, type LexicalRoom, type LexicalScores, scoreLexically } from "./bm25.ts";
import { ChunkTable } from "./chunk-table.ts";
import { PostingIndex } from "./posting-index.ts";
import { PostingsBuffer } from "./postings-buffer.ts";
import { findSlot, type ResolvedView, resolveView, type SearchView } from "./search-view.ts";

export interface SearchInput {
  query: string;
  view: SearchView;
  /** Only entries whose path starts with this. */
  pathPrefix?: string;
}

/** Cosines by chunk id, and the median over all of the view. */
export interface VectorScores {
  scores: ReadonlyMap<number, number>;
  medianScore: number;
}

/** What matched lexically. Stays usable while entries come and go; `rank` then simply matches again. */
export interface Match {
  readonly input: SearchInput;
  /** The chunks whose cosines `rank` wants, whatever else the vector index finds. Ascending. */
  readonly candidateChunkIds: Int32Array;
  /** All chunks that may be hits: the view, restricted to the path prefix. Ascending. */
  readonly searchedChunkIds: Int32Array;
  /** Hashes of the query's terms. */
  readonly terms: Uint32Array;
}

/** A hit without its text: the lines of one chunk, and of neighbours that match as well. */
export interface RankedChunk {
  entryId: number;
  /** Of the chunk that the score, the kind and the symbol are of. */
  chunkId: number;
  blob: string;
  path: string;
  startLine: number;
  endLine: number;
  language: string;
  kind: string;
  symbol: string | null;
  score: number;
  reasons: HitReason[];
}

interface State extends Match {
  epoch: number;
  view: ResolvedView;
  candidates: readonly number[];
  rankInput: Omit<RankInput, "vectors">;
  /** What its scores are in; null once it is ranked: another match may have them then. */
  room: LexicalRoom | null;
  matched: Uint32Array;
}

export class SearchIndex {
  private readonly table = new ChunkTable();
  private readonly terms = new PostingIndex();
  private readonly definitions = new PostingIndex();
  private epoch = 0;
  /** For the next search; null while one goes on. */
  private freeRoom: LexicalRoom | null = null;
  private readonly translations: TranslationTable | null;

  /** Without translations queries are taken at their words. */
  constructor(translations?: WordTranslations) {
    this.translations = translations === undefined ? null : new TranslationTable(translations);
  }

  /** Adds entries; one that is there already is left as it is. Cheapest in batches of hundreds. */
  add(entries: readonly LoadedEntry[]): void {
    const terms = new PostingsBuffer();
    const definitions = new PostingsBuffer();
    for (const entry of entries) {
      if (this.table.has(entry.entryId)) continue;
      const { firstSlot } = this.table.add(entry);
      for (const [index, chunk] of entry.chunks.entries()) {
        const slot = firstSlot + index;
        const chunkTerms = entry.terms[index];
        if (chunkTerms !== undefined) terms.addAll(chunkTerms.hashes, chunkTerms.frequencies, slot);
        const scope = chunk.scope.at(-1);
        for (const name of definedNames(chunk)) {
          definitions.add(definitionTerm(name, null), 1, slot);
          if (scope !== undefined) definitions.add(definitionTerm(name, scope), 1, slot);
        }
      }
    }
    this.terms.add(terms.drain());
    this.definitions.add(definitions.drain());
  }

  /** Forgets entries; unknown ids are ignored. Memory is given back once a quarter of what is held is gone. */
  remove(entryIds: Iterable<number>): void {
    for (const entryId of entryIds) this.table.remove(entryId);
    if (this.table.removedSlots * 4 <= this.table.slotCount) return;
    const renumber = this.table.compact();
    this.terms.compact(renumber);
    this.definitions.compact(renumber);
    this.epoch += 1;
  }

  /** Forgets all entries but these; returns those that went. */
  keepOnly(entryIds: ReadonlySet<number>): EntryChunks[] {
    const gone: EntryChunks[] = [];
    for (const { entryId, firstChunkId, chunkCount, isRemoved } of this.table.entries) {
      if (!isRemoved && !entryIds.has(entryId)) gone.push({ entryId, firstChunkId, chunkCount });
    }
    this.remove(gone.map(({ entryId }) => entryId));
    return gone;
  }

  has(entryId: number): boolean {
    return this.table.has(entryId);
  }

  /** Entries that are not in the index are left out. One that is removed later may still be found in a view made before. */
  createView(entryIds: Iterable<number>): SearchView {
    return resolveView(this.table, [...entryIds], this.epoch);
  }

  get chunkCount(): number {
    return this.table.slotCount - this.table.removedSlots;
  }

  get postingCount(): number {
    return this.terms.postingCount;
  }

  match(input: SearchInput): Match {
    return this.computeMatch(input);
  }

  /** Hits of a match, best first, at most `limit`. Without vector scores the ranking is lexical. */
  rank(match: Match, vectorScores: VectorScores | null, limit: number): RankedChunk[] {
    const known = match as State;
    const state = known.epoch === this.epoch && known.room !== null ? known : this.computeMatch(match.input);
    const vectors = vectorScores === null ? null : this.bySlot(state, vectorScores);
    const candidates = [...new Set([...state.candidates, ...(vectors?.scores.keys() ?? [])])];
    const ranked = rankSlots({ ...state.rankInput, vectors }, candidates, limit);
    this.leaveRoom(state);
    return ranked.map((hit) => this.toRankedChunk(state.rankInput.query, hit));
  }

  /** `match` and `rank` in one, for callers that have the scores at hand. */
  search(input: SearchInput & { vectorScores?: VectorScores; limit: number }): RankedChunk[] {
    return this.rank(this.match(input), input.vectorScores ?? null, input.limit);
  }

  private computeMatch(input: SearchInput): State {
    const { table } = this;
    const view = this.resolve(input.view);
    const query = parseQuery(essentialText(input.query));
    const mask = input.pathPrefix ? this.restrict(view, input.pathPrefix) : view.mask;
    const room = this.enterRoom();
    const lexical = scoreLexically(table, this.terms, view, mask, query.terms, room);
    const paths = createPathScores(query, table);
    const definitions = definitionBoosts(query, this.definitions, mask);
    const lexicalCandidates = selectTop(lexical.matched, weights.candidates, candidateScores(table, lexical, paths));
    const mentioned = mentionedSlots(query, table).filter((slot) => mask[slot] === 1);
    const translated = this.translate({ view, mask, query });
    const found = [...definitions.keys(), ...mentioned, ...(translated?.best ?? [])];
    const candidates = [...new Set([...lexicalCandidates, ...found])];
    return {
      ...{ input, view, candidates, room, epoch: this.epoch },
      terms: Uint32Array.from(query.terms, ({ hash }) => hash),
      matched: lexical.matched,
      rankInput: { query, table, postings: this.terms, lexical, translated, definitions, paths },
      candidateChunkIds: Int32Array.from(candidates, (slot) => table.chunkIdOf(slot)).sort(),
      searchedChunkIds:
        mask === view.mask ? view.chunkIds : view.chunkIds.filter((_, at) => mask[view.chunkSlots[at] ?? 0] === 1),
    };
  }

  private translate(asked: { view: ResolvedView; mask: Uint8Array; query: ParsedQuery }): TranslatedScores | null {
    if (this.translations === null) return null;
    return scoreTranslations({ ...asked, table: this.table, postings: this.terms, translations: this.translations });
  }

  private enterRoom(): LexicalRoom {
    const room = this.freeRoom;
    this.freeRoom = null;
    return room !== null && room.scores.length >= this.table.slotCount ? room : createLexicalRoom(this.table.slotCount);
  }

  /** The match can be ranked again: it is made anew then. */
  private leaveRoom(state: State): void {
    if (state.room === null) return;
    clearRoom(state.room, state.matched);
    this.freeRoom = state.room;
    state.room = null;
  }

  private resolve(view: SearchView): ResolvedView {
    const known = view as ResolvedView;
    return known.epoch === this.epoch ? known : resolveView(this.table, view.entryIds, this.epoch);
  }

  private restrict(view: ResolvedView, pathPrefix: string): Uint8Array {
    const mask = new Uint8Array(view.mask.length);
    for (const position of view.entryPositions) {
      const entry = this.table.entries[position];
      if (entry?.path.startsWith(pathPrefix)) mask.fill(1, entry.firstSlot, entry.firstSlot + entry.chunkCount);
    }
    return mask;
  }

  private bySlot(state: State, vectorScores: VectorScores): SlotVectorScores {
    const scores = new Map<number, number>();
    let maxScore = -1;
    for (const [chunkId, score] of vectorScores.scores) {
      const slot = findSlot(state.view, chunkId);
      if (slot === undefined) continue;
      scores.set(slot, score);
      maxScore = Math.max(maxScore, score);
    }
    return { scores, medianScore: vectorScores.medianScore, maxScore };
  }

  private toRankedChunk(query: ParsedQuery, { slot, firstSlot, lastSlot, score, reasons }: RankedSlot): RankedChunk {
    const { table } = this;
    const { entryId, blob, path, language } = table.entryAt(slot);
    const lexical = reasons.find(({ signal, detail }) => signal === "lexical" && detail === "");
    if (lexical !== undefined) {
      const words = query.terms.filter((term) => this.terms.holds(term.hash, slot)).map((term) => term.text);
      lexical.detail = words.slice(0, maxReasonWords).join(" ");
    }
    const { kind, symbol } = table.describe(slot);
    const { startLine } = table.describe(firstSlot);
    const { endLine } = table.describe(lastSlot);
    const place = { entryId, chunkId: table.chunkIdOf(slot), blob, path, startLine, endLine, language };
    return { ...place, kind, symbol, score, reasons };
  }
}

/** What a matched slot is worth before it is ranked: its words and its file's path. One for each of `matched`. */
function candidateScores(
  table: ChunkTable,
  { matched, scores, maxScore }: LexicalScores,
  paths: PathScores,
): Float64Array {
  const { values, factors } = paths;
  const result = new Float64Array(matched.length);
  for (let index = 0; index < matched.length; index += 1) {
    const slot = matched[index] as number;
    const position = table.entryPosition(slot);
    result[index] =
      ((scores[slot] as number) / maxScore + (values[position] as number)) * (factors[position] as number);
  }
  return result;
}

const maxReasonWords = 12;
