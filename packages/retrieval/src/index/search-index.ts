// The entries of one repository in memory, and search over any view of them. It knows no texts, no files and no vectors: cosines are
// handed in for the chunks it asks about. Synchronous and deterministic: the same entries, view and scores give the same hits.
import type { HitReason } from "@outpost/protocol";
import type { LoadedEntry } from "../ports/catalog.ts";
import type { WordTranslations } from "../ports/embedder.ts";
import type { EntryChunks, VectorAnswer } from "../ports/vector-index.ts";
import { essentialText } from "../query/essential-text.ts";
import { type ParsedQuery, parseQuery } from "../query/parse-query.ts";
import { Candidates } from "../ranking/candidates.ts";
import { definitionBoosts, definitionTerm } from "../ranking/definition-boost.ts";
import { findMentionedFiles, mentionedSlots } from "../ranking/mentioned-files.ts";
import { createPathScores, type PathScores } from "../ranking/path-scores.ts";
import { type RankedSlot, rankSlots } from "../ranking/rank.ts";
import type { CandidateCosines, RankInput } from "../ranking/rank-input.ts";
import { TopSlots } from "../ranking/top-slots.ts";
import { scoreTranslations, type TranslatedScores } from "../ranking/translated-scores.ts";
import { TranslationTable } from "../ranking/translation-table.ts";
import { weights } from "../ranking/weights.ts";
import { definedNames } from "../terms/extract-terms.ts";
import { type LexicalScores, type ScoredView, scoreLexically } from "./bm25.ts";
import { changeView } from "./changed-view.ts";
import { ChunkTable, type IndexedEntry } from "./chunk-table.ts";
import { PostingIndex } from "./posting-index.ts";
import { PostingsBuffer } from "./postings-buffer.ts";
import { clearRoom, createRoom, isRoomy, type SearchRoom } from "./search-room.ts";
import { findSlot, isShown, type ResolvedView, resolveView, restrictView, type SearchView } from "./search-view.ts";

export interface SearchInput {
  query: string;
  view: SearchView;
  /** Only entries whose path starts with this. */
  pathPrefix?: string;
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
  within: string | null;
  bestLine: number;
  score: number;
  reasons: HitReason[];
}

interface State extends Match {
  epoch: number;
  view: ResolvedView;
  rankInput: Omit<RankInput, "vectors">;
  /** What its scores are in; null once it is ranked: another match may have them then. */
  room: SearchRoom | null;
}

export class SearchIndex {
  private readonly table = new ChunkTable();
  private readonly terms = new PostingIndex();
  private readonly definitions = new PostingIndex();
  private epoch = 0;
  /** Views that were made before the last renumbering, as they are now. */
  private readonly renewed = new WeakMap<SearchView, ResolvedView>();
  /** For the next search; null while one goes on. */
  private freeRoom: SearchRoom | null = null;
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
    const gone = this.table.entries.filter(({ entryId, isRemoved }) => !isRemoved && !entryIds.has(entryId));
    return this.take(gone.map(({ entryId }) => entryId));
  }

  /** Forgets entries, as `remove` does; returns those that were there. */
  take(entryIds: readonly number[]): EntryChunks[] {
    const gone: EntryChunks[] = [];
    for (const id of entryIds) {
      const entry = this.table.entries[this.table.positionOf(id) ?? -1];
      if (entry === undefined) continue;
      const { entryId, firstChunkId, chunkCount } = entry;
      gone.push({ entryId, firstChunkId, chunkCount });
    }
    this.remove(entryIds);
    return gone;
  }

  has(entryId: number): boolean {
    return this.table.has(entryId);
  }

  /** Entries that are not in the index are left out. One that is removed later may still be found in a view made before. */
  createView(entryIds: Iterable<number>): SearchView {
    return resolveView(this.table, [...entryIds], this.epoch);
  }

  /**
   * The view with other entries at some paths, null for none, and the ids of those that it shows no more. Costs the change and not the
   * view. Which entry the view shows at a path must still be in the index.
   */
  changeView(view: SearchView, changes: ReadonlyMap<string, number | null>): { view: SearchView; gone: number[] } {
    return changeView(this.table, this.resolve(view), changes);
  }

  /** What the view's code is written in: the languages with the most chunks, apart from tests, documentation and the like; most first. */
  mainLanguages(searchView: SearchView, limit: number): string[] {
    const view = this.resolve(searchView);
    const chunks = new Map<string, number>();
    for (const position of view.entryPositions) {
      const { language, kinds, chunkCount } = this.table.entries[position] as IndexedEntry;
      if (kinds.length === 0) chunks.set(language, (chunks.get(language) ?? 0) + chunkCount);
    }
    return [...chunks]
      .sort(([a, of], [b, than]) => than - of || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([language]) => language);
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
  rank(match: Match, vectorAnswer: VectorAnswer | null, limit: number): RankedChunk[] {
    const known = match as State;
    const state = known.epoch === this.epoch && known.room !== null ? known : this.computeMatch(match.input);
    const vectors = vectorAnswer === null ? null : this.toCosines(state, vectorAnswer);
    const ranked = rankSlots({ ...state.rankInput, vectors }, limit);
    this.leaveRoom(state);
    return ranked.map((hit) => this.toRankedChunk(state.rankInput.query, hit));
  }

  /** `match` and `rank` in one, lexically. */
  search(input: SearchInput & { limit: number }): RankedChunk[] {
    return this.rank(this.match(input), null, input.limit);
  }

  private computeMatch(input: SearchInput): State {
    const { table, terms: postings } = this;
    const view = this.resolve(input.view);
    const query = parseQuery(essentialText(input.query));
    const searched = input.pathPrefix ? restrictView(table, view, input.pathPrefix) : view;
    const { lengths } = searched;
    const room = this.enterRoom();
    const scored: ScoredView = { table, postings, view, lengths };
    const lexical = scoreLexically(scored, query.terms, room);
    const paths = createPathScores(query, table, room.paths);
    const definitions = definitionBoosts(query, this.definitions, lengths);
    const mentioned = findMentionedFiles(query, table, view.lengths);
    const named = mentionedSlots(mentioned, table).filter((slot) => isShown(lengths, slot));
    const translated = this.translate(query, scored, room);
    const candidates = new Candidates(room.numbers);
    candidates.addAll(bestMatched(table, lexical, paths));
    candidates.addAll([...definitions.keys(), ...named, ...(translated?.best ?? [])]);
    return {
      ...{ input, view, room, epoch: this.epoch },
      terms: Uint32Array.from(query.terms, ({ hash }) => hash),
      rankInput: { query, table, lexical, postings, translated, mentioned, definitions, paths, candidates },
      candidateChunkIds: Int32Array.from(candidates.slots, (slot) => table.chunkIdOf(slot)).sort(),
      searchedChunkIds: searched.chunkIds,
    };
  }

  private translate(query: ParsedQuery, scored: ScoredView, room: SearchRoom): TranslatedScores | null {
    const { translations } = this;
    return translations === null ? null : scoreTranslations({ ...scored, query, translations, room: room.translated });
  }

  private enterRoom(): SearchRoom {
    const room = this.freeRoom;
    this.freeRoom = null;
    return room !== null && isRoomy(room, this.table) ? room : createRoom(this.table);
  }

  /** The match can be ranked again: it is made anew then. */
  private leaveRoom(state: State): void {
    if (state.room === null) return;
    state.rankInput.candidates.clear();
    clearRoom(state.room);
    this.freeRoom = state.room;
    state.room = null;
  }

  private resolve(view: SearchView): ResolvedView {
    const known = view as ResolvedView;
    if (known.epoch === this.epoch) return known;
    const renewed = this.renewed.get(view);
    if (renewed?.epoch === this.epoch) return renewed;
    const resolved = resolveView(this.table, view.entryIds, this.epoch);
    this.renewed.set(view, resolved);
    return resolved;
  }

  /** What only the vector index found becomes a candidate. */
  private toCosines({ view, rankInput }: State, { candidates: found, medianScore }: VectorAnswer): CandidateCosines {
    const { candidates } = rankInput;
    const cosines = new Float64Array(candidates.slots.length + found.length).fill(Number.NaN);
    let maxScore = -1;
    for (const { chunkId, score } of found) {
      const slot = findSlot(view, chunkId);
      if (slot === undefined) continue;
      cosines[candidates.add(slot)] = score;
      maxScore = Math.max(maxScore, score);
    }
    return { cosines, medianScore, maxScore };
  }

  private toRankedChunk(query: ParsedQuery, { slot, firstSlot, lastSlot, ...ranked }: RankedSlot): RankedChunk {
    const { table } = this;
    const { entryId, blob, path, language } = table.entryAt(slot);
    const lexical = ranked.reasons.find(({ signal, detail }) => signal === "lexical" && detail === "");
    if (lexical !== undefined) {
      const words = query.terms.filter((term) => this.terms.holds(term.hash, slot)).map((term) => term.text);
      lexical.detail = words.slice(0, maxReasonWords).join(" ");
    }
    const { kind, symbol, within } = table.describe(slot);
    const { startLine } = table.describe(firstSlot);
    const { endLine } = table.describe(lastSlot);
    const place = { entryId, chunkId: table.chunkIdOf(slot), blob, path, startLine, endLine, language };
    return { ...place, kind, symbol, within, ...ranked };
  }
}

/** The matched slots that are worth ranking: those with the most by their words and their file's path. */
function bestMatched(table: ChunkTable, { matched, scores, maxScore }: LexicalScores, paths: PathScores): number[] {
  const top = new TopSlots(weights.candidates);
  let least = Number.NEGATIVE_INFINITY;
  const { entryBySlot } = table;
  const { values } = paths;
  for (let index = 0; index < matched.length; index += 1) {
    const slot = matched[index] as number;
    const position = entryBySlot[slot] as number;
    const sum = (scores[slot] as number) / maxScore + (values[position] as number);
    const score = sum * paths.factorOf(position);
    if (score >= least) least = top.offer(slot, score);
  }
  return top.drain();
}

const maxReasonWords = 12;
