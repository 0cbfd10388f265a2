// The terms of one chunk at a path: its text, the path, and the names it defines and stands in, each with its weight. Called by the
// indexer; the server never sees the text again for lexical search.
import type { Chunk, ChunkTerms } from "../ports/catalog.ts";
import { splitPath } from "./path-words.ts";
import { scanWords } from "./scan-words.ts";
import { TermCounter } from "./term-counter.ts";
import { WordTable } from "./word-table.ts";
import { wordTerms } from "./word-terms.ts";

/** How often an occurrence counts, by where it is. Whole numbers, because frequencies are stored as such. */
const termWeights = { content: 1, folder: 1, fileStem: 2, definition: 2, scope: 1 } as const;

export interface TermInput {
  /** Relative, with "/" between parts. */
  path: string;
  chunk: Chunk;
  /** The lines of the chunk. */
  text: string;
}

/** Empty between two calls; it only saves time, like the table of words. */
const counter = new TermCounter();
const table = new WordTable();
const emptyTerms: readonly number[] = [];

/** The last path's: chunks of a file come one after the other. */
let placed = { path: "", inFolders: emptyTerms, inStem: emptyTerms };

export function extractTerms({ path, chunk, text }: TermInput): ChunkTerms {
  table.trim();
  table.countTerms(text, counter, termWeights.content);
  if (path !== placed.path) placed = { path, ...pathTerms(path) };
  for (const term of placed.inFolders) counter.add(term, termWeights.folder);
  for (const term of placed.inStem) counter.add(term, termWeights.fileStem);
  for (const name of definedNames(chunk)) table.countTerms(name, counter, termWeights.definition);
  for (const name of chunk.scope) table.countTerms(name, counter, termWeights.scope);
  return counter.drain();
}

function pathTerms(path: string): { inFolders: number[]; inStem: number[] } {
  const inFolders: number[] = [];
  const inStem: number[] = [];
  const { folders, stem } = splitPath(path);
  for (const folder of folders) scanWords(folder, (word) => inFolders.push(...wordTerms(word)));
  scanWords(stem, (word) => inStem.push(...wordTerms(word)));
  return { inFolders, inStem };
}

/** The names a chunk defines, its own symbol among them, once each. */
export function definedNames(chunk: Chunk): Set<string> {
  const names = new Set(chunk.definitions);
  if (chunk.symbol !== null) names.add(chunk.symbol);
  return names;
}
