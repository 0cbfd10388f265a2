// Stores and finds blobs and entries of one generation. What is stored is never changed: another content is another blob.

import { OutpostError } from "@outpost/protocol";
import type { CatalogWriter, EmbeddedBlob, EntryRecord, IndexIdentity, ParsedBlob } from "@outpost/retrieval";
import type { Connection } from "../database/connection.ts";
import { createCounter } from "./counter.ts";
import { unpackIdentity } from "./generations.ts";
import { packChunks, packTerms, packVectors, unpackChunks, unpackVectors } from "./packed-chunks.ts";
import { packOutline, unpackOutline } from "./packed-outline.ts";
import { packText, unpackText } from "./packed-text.ts";

/** Search holds chunk ids in 32 bits. */
const maxChunkId = 2 ** 31 - 1;

/** The generation that is written, and what it promises of its vectors. */
export interface OpenGeneration {
  id: number;
  identity: IndexIdentity;
}

interface BlobRow {
  chunks: string;
  text: Uint8Array;
  has_parse_errors: number;
  outline: Uint8Array | null;
}

interface Item {
  parsed: ParsedBlob;
  entry: EntryRecord;
}

export interface Entries {
  findMissing(generation: number, pairs: Parameters<CatalogWriter["findMissing"]>[0]): { path: string; blob: string }[];
  findStored(pairs: Parameters<CatalogWriter["findStored"]>[0]): { blobs: string[]; paths: string[] };
  findParsedBlob(generation: OpenGeneration, blob: string, language: string): ParsedBlob | undefined;
  findEmbedded(generation: OpenGeneration, path: string, limit: number): EmbeddedBlob[];
  /** Inside a `write`. */
  put(generation: OpenGeneration, batch: readonly Item[]): void;
  /** Undefined when there is none. */
  find(generation: number, path: string, blob: string): { id: number; chunk_count: number } | undefined;
}

export function createEntries(connection: Connection): Entries {
  const find = connection.prepare<{ id: number; chunk_count: number }>(
    "SELECT id, chunk_count FROM entry WHERE path = ? AND hash = ? AND generation = ?",
  );
  const blob = connection.prepare<BlobRow & { identity: string }>(
    `SELECT chunks, text, has_parse_errors, outline, identity FROM blob JOIN generation ON generation.id = blob.generation
     WHERE hash = ? AND language = ?`,
  );
  const versions = connection.prepare<Pick<BlobRow, "chunks" | "text"> & { vectors: Uint8Array; identity: string }>(
    `SELECT chunks, text, vectors, identity FROM entry
       JOIN blob ON blob.id = entry.blob JOIN generation ON generation.id = entry.generation
     WHERE path = ? ORDER BY entry.id DESC LIMIT ?`,
  );
  const storedBlobs = connection.prepare<{ hash: string }>(
    "SELECT DISTINCT hash FROM blob WHERE hash IN (SELECT value FROM json_each(?))",
  );
  const storedPaths = connection.prepare<{ path: string }>(
    "SELECT DISTINCT path FROM entry WHERE path IN (SELECT value FROM json_each(?))",
  );
  return {
    find: (generation, path, hash) => find.get(path, hash, generation),
    findMissing: (generation, pairs) =>
      pairs
        .filter((pair) => find.get(pair.path, pair.blob, generation) === undefined)
        .map(({ path, blob: hash }) => ({ path, blob: hash })),
    findStored: (pairs) => ({
      blobs: storedBlobs.all(JSON.stringify(pairs.map(({ blob: hash }) => hash))).map(({ hash }) => hash),
      paths: storedPaths.all(JSON.stringify(pairs.map(({ path }) => path))).map(({ path }) => path),
    }),
    findParsedBlob({ identity: { chunker } }, hash, language) {
      const row = blob.all(hash, language).find(({ identity }) => unpackIdentity(identity).chunker === chunker);
      if (row === undefined) return undefined;
      const { text, chunks, has_parse_errors, outline } = row;
      return {
        ...{ blob: hash, language, text: unpackText(text), chunks: unpackChunks(chunks) },
        hasParseErrors: has_parse_errors === 1,
        ...(outline === null ? {} : { outline: unpackOutline(outline) }),
      };
    },
    findEmbedded: ({ identity: { embedder, dimensions } }, path, limit) =>
      versions
        .all(path, limit)
        .filter(({ identity }) => {
          const other = unpackIdentity(identity);
          return other.embedder === embedder && other.dimensions === dimensions;
        })
        .map(({ chunks, text, vectors }) => ({
          text: unpackText(text),
          chunks: unpackChunks(chunks),
          vectors: unpackVectors(vectors),
        })),
    put: createPut(connection, (...pair) => find.get(...pair) !== undefined),
  };
}

function createPut(
  connection: Connection,
  isStored: (path: string, hash: string, generation: number) => boolean,
): Entries["put"] {
  const chunkIds = createCounter(connection, "chunk");
  const selectBlob = connection.prepare<{ id: number }>(
    "SELECT id FROM blob WHERE hash = ? AND language = ? AND generation = ?",
  );
  const insertBlob = connection.prepare(
    "INSERT INTO blob (hash, language, generation, has_parse_errors, chunks, text, outline) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertEntry = connection.prepare(
    `INSERT INTO entry (generation, path, hash, blob, first_chunk_id, chunk_count, terms, vectors)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  function blobId(generation: number, { blob, language, hasParseErrors, chunks, text, outline }: ParsedBlob): number {
    const known = selectBlob.get(blob, language, generation);
    if (known) return known.id;
    const packed = [packChunks(chunks), packText(text), outline ? packOutline(outline) : null];
    const values = [blob, language, generation, hasParseErrors ? 1 : 0, ...packed];
    return Number(insertBlob.run(...values).lastInsertRowid);
  }
  return ({ id: generation, identity }, batch) => {
    let nextChunkId = chunkIds.read();
    for (const { parsed, entry } of batch) {
      assertFits(parsed, entry, identity);
      if (isStored(entry.path, entry.blob, generation)) continue;
      const count = parsed.chunks.length;
      const columns = [packTerms(entry.terms), packVectors(entry.vectors, identity.dimensions)];
      insertEntry.run(generation, entry.path, entry.blob, blobId(generation, parsed), nextChunkId, count, ...columns);
      nextChunkId += count;
    }
    if (nextChunkId > maxChunkId) {
      throw new OutpostError(
        "limit_exceeded",
        `the index has used all ${maxChunkId} chunk ids; remove it and index again`,
      );
    }
    chunkIds.write(nextChunkId);
  };
}

function assertFits({ blob, chunks }: ParsedBlob, entry: EntryRecord, { dimensions }: IndexIdentity): void {
  const { terms, vectors, path } = entry;
  const isWhole = entry.blob === blob && terms.length === chunks.length && vectors.length === chunks.length;
  if (isWhole && vectors.every((vector) => vector.length === dimensions)) return;
  throw new OutpostError(
    "invalid_input",
    `entry "${path}" does not fit its blob: ${chunks.length} chunks, ${terms.length} terms, ${vectors.length} vectors of ${dimensions} numbers expected`,
    { details: { path, blob } },
  );
}
