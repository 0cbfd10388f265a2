// How chunks, terms and vectors of one entry are laid out in a column. Pure. Numbers are little-endian, as every platform of ours has
// them in memory, so that reading is looking at the bytes. What is packed comes back equal.
import type { Chunk, ChunkTerms } from "@outpost/retrieval";

type ChunkTuple = [number, number, string, string | null, string[], string[]];

export function packChunks(chunks: readonly Chunk[]): string {
  return JSON.stringify(
    chunks.map((chunk): ChunkTuple => {
      const { startLine, endLine, kind, symbol, scope, definitions } = chunk;
      return [startLine, endLine, kind, symbol, scope, definitions];
    }),
  );
}

export function unpackChunks(packed: string): Chunk[] {
  return (JSON.parse(packed) as ChunkTuple[]).map(([startLine, endLine, kind, symbol, scope, definitions]) => {
    return { startLine, endLine, kind, symbol, scope, definitions };
  });
}

/** The number of chunks, of each its number of terms, all hashes, all frequencies: words of 32 bits first, for their alignment. */
export function packTerms(terms: readonly ChunkTerms[]): Uint8Array {
  const total = terms.reduce((sum, { hashes }) => sum + hashes.length, 0);
  const headWords = 1 + terms.length;
  const packed = new Uint8Array((headWords + total) * 4 + total);
  const words = new Uint32Array(packed.buffer, 0, headWords + total);
  words[0] = terms.length;
  let at = 0;
  for (const [index, { hashes, frequencies }] of terms.entries()) {
    words[1 + index] = hashes.length;
    words.set(hashes, headWords + at);
    packed.set(frequencies, (headWords + total) * 4 + at);
    at += hashes.length;
  }
  return packed;
}

/** The result looks into one copy of the bytes, or into `packed` itself where it is aligned. */
export function unpackTerms(packed: Uint8Array): ChunkTerms[] {
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice();
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  const chunks = words[0] ?? 0;
  const counts = words.subarray(1, 1 + chunks);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const hashes = words.subarray(1 + chunks, 1 + chunks + total);
  const frequencies = bytes.subarray((1 + chunks + total) * 4);
  let at = 0;
  return Array.from(counts, (count) => {
    const from = at;
    at += count;
    return { hashes: hashes.subarray(from, at), frequencies: new Uint8Array(frequencies.subarray(from, at)) };
  });
}

/** One behind the other. All have `dimensions` numbers. */
export function packVectors(vectors: readonly Int8Array[], dimensions: number): Uint8Array {
  const packed = new Int8Array(vectors.length * dimensions);
  for (const [index, vector] of vectors.entries()) packed.set(vector, index * dimensions);
  return new Uint8Array(packed.buffer);
}

export function unpackVectors(packed: Uint8Array): Int8Array {
  return new Int8Array(packed.buffer, packed.byteOffset, packed.length);
}
