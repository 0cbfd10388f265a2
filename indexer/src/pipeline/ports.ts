// What the pipeline is given. Types only: store, workspace, models and retrieval implement them, the server puts them together.
import type { CatalogWriter, Chunk, ChunkTerms, Embedder, IndexIdentity } from "@outpost/retrieval";
import { chunkerVersion } from "../chunker/limits.ts";
import type { FilePolicy } from "../file-policy/file-policy.ts";
import type { Parser } from "../parser/parser.ts";

/** The lexical terms of one chunk: of its lines, its path and its names. Pure. */
export type TermExtractor = (input: { path: string; chunk: Chunk; text: string }) => ChunkTerms;

export interface IndexingPorts {
  /** Open, with `createIndexIdentity`'s identity. */
  catalog: CatalogWriter;
  embedder: Embedder;
  parser: Parser;
  filePolicy: FilePolicy;
  extractTerms: TermExtractor;
  nowMs: () => number;
}

/** One file that could not be indexed as it is, or not as well as it should be. */
export interface FileProblem {
  path: string;
  detail: string;
}

/** How vectors become int8. */
const quantisation = "int8-row";

/** `termsVersion` names how the term extractor works. */
export function createIndexIdentity(input: {
  embedder: Embedder;
  filePolicy: FilePolicy;
  termsVersion: string;
}): IndexIdentity {
  const { name, revision, dimensions } = input.embedder.identity;
  return {
    embedder: `${name}@${revision}`,
    dimensions,
    chunker: `${chunkerVersion};${input.termsVersion};${quantisation}`,
    filePolicy: input.filePolicy.version,
  };
}
