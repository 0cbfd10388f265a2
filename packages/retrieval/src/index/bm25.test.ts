// The fast sums (ranges of postings, blocks of slots, lengths that are infinite, memory used again) against the formula as it is written.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Chunk, LoadedEntry } from "../ports/catalog.ts";
import { weights } from "../ranking/weights.ts";
import { scoreLexically } from "./bm25.ts";
import { ChunkTable } from "./chunk-table.ts";
import { PostingIndex } from "./posting-index.ts";
import { PostingsBuffer } from "./postings-buffer.ts";
import { clearRoom, createRoom } from "./search-room.ts";
import { resolveView, restrictView } from "./search-view.ts";

/** By file, by chunk: the frequency of each of a few terms, 0 for one that is not there. */
type Files = number[][][];

const terms = [0, 77, 4_000_000_000, 4_294_967_295];
const chunk: Chunk = { startLine: 1, endLine: 1, kind: "block", symbol: null, scope: [], definitions: [] };

function load(files: Files) {
  const table = new ChunkTable();
  const postings = new PostingIndex();
  for (const [at, chunks] of files.entries()) {
    const buffer = new PostingsBuffer();
    const columns = chunks.map((frequencies) => {
      const held = terms.map((hash, term) => ({ hash, frequency: frequencies[term] ?? 0 }));
      const there = held.filter(({ frequency }) => frequency > 0);
      return {
        hashes: Uint32Array.from(there, ({ hash }) => hash),
        frequencies: Uint8Array.from(there, ({ frequency }) => frequency),
      };
    });
    const entry: LoadedEntry = {
      ...{ entryId: at + 1, path: `${at % 2 === 0 ? "even" : "odd"}/f${at}`, blob: "", language: "text" },
      ...{ firstChunkId: at * 100, chunks: chunks.map(() => chunk), terms: columns, vectors: new Int8Array(0) },
    };
    const { firstSlot } = table.add(entry);
    for (const [index, { hashes, frequencies }] of columns.entries()) {
      buffer.addAll(hashes, frequencies, firstSlot + index);
    }
    postings.add(buffer.drain());
  }
  return { table, postings };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const sumColumns = (rows: readonly number[][]) => terms.map((_, term) => sum(rows.map((row) => row[term] ?? 0)));

/** Scores of texts by the formula; texts that are not shown count for nothing, those that are not searched only for the statistics. */
function plainScores(
  texts: readonly number[][],
  isSearched: (text: number) => boolean,
  { k1, b }: { k1: number; b: number },
  holdersAmong: (text: number) => boolean = () => true,
): number[] {
  const mean = Math.max(1, sum(texts.map(sum)) / Math.max(1, texts.length));
  return texts.map((text, at) => {
    if (!isSearched(at)) return 0;
    const shares = text.map((frequency, term) => {
      const holding = texts.filter((other, index) => holdersAmong(index) && (other[term] ?? 0) > 0).length;
      const idf = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
      return (idf * frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * sum(text)) / mean));
    });
    return sum(shares);
  });
}

const files = fc.array(
  fc.array(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 90,
  }),
  { minLength: 1, maxLength: 8 },
);

describe("scoreLexically", () => {
  it("is BM25 of the chunks and files that a view shows, whatever else is in memory", () => {
    fc.assert(
      fc.property(files, files, fc.integer({ min: 1, max: 4 }), fc.boolean(), (shown, others, every, isRestricted) => {
        // Files of the view and others in turns; one more comes when the view is there.
        const all = shown.flatMap((file, at) => [
          file,
          ...(at % every === 0 ? [others[at % others.length] ?? []] : []),
        ]);
        const ids = all.map((_, at) => at + 1).filter((id) => shown.includes(all[id - 1] as number[][]));
        const { table, postings } = load(all);
        const view = resolveView(table, ids, 0);
        const later = load([...all, ...others]);
        const lengths = isRestricted ? restrictView(table, view, "even/").lengths : view.lengths;
        const queryTerms = terms.map((hash) => ({ text: "", hash, weight: 1 }));
        const isSearched = (id: number) => !isRestricted || (id - 1) % 2 === 0;
        const ofFile = ids.map((id) => sumColumns(all[id - 1] as number[][]));
        const searchedFile = (at: number) => isSearched(ids[at] as number);
        const fileOfChunk = ids.flatMap((id) => (all[id - 1] as number[][]).map(() => id));
        const chunks = plainScores(
          ids.flatMap((id) => all[id - 1] as number[][]),
          (at) => isSearched(fileOfChunk[at] as number),
          weights.bm25,
        );
        const whole = plainScores(ofFile, searchedFile, weights.fileBm25, searchedFile);
        for (const { table: now, postings: held } of [{ table, postings }, later]) {
          const room = createRoom(now);
          for (let round = 0; round < 2; round += 1) {
            const found = scoreLexically({ table: now, postings: held, view, lengths }, queryTerms, room);
            const slots = ids.flatMap((id) => {
              const { firstSlot, chunkCount } = now.entries[id - 1] as { firstSlot: number; chunkCount: number };
              return Array.from({ length: chunkCount }, (_, at) => firstSlot + at);
            });
            expectNear(
              slots.map((slot) => found.scores[slot] ?? 0),
              chunks,
            );
            expectNear(
              ids.map((id) => found.fileScores[id - 1] ?? 0),
              whole,
            );
            expect([...found.matched]).toEqual(slots.filter((_, at) => (chunks[at] ?? 0) > 0));
            expect(found.maxScore).toBeCloseTo(Math.max(0, ...chunks), 4);
            clearRoom(room);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  const differences = found.map((value, at) => Math.abs(value - (expected[at] as number)));
  expect(Math.max(0, ...differences)).toBeLessThan(1e-4);
}
