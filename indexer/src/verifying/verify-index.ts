// Compares what a view shows with the tree that it is of: every file, and everything that is stored of it. Trusts no stat and changes
// nothing. Does not know whether terms and vectors are the right ones, only that they are whole and as many as the chunks.
import type { IndexFault } from "@outpost/protocol";
import type { CatalogReader, LoadedEntry, SourceFile, SourceTree, ViewId } from "@outpost/retrieval";
import { createLineTable } from "../chunker/lines.ts";
import type { IndexingPorts } from "../pipeline/ports.ts";
import { decode } from "../pipeline/prepare-file.ts";

export interface FoundFault {
  path: string;
  fault: IndexFault;
  detail: string;
  /** As it is listed now; null when it is not. */
  file: SourceFile | null;
}

export interface VerifyIndexInput {
  tree: SourceTree;
  ports: Pick<IndexingPorts, "filePolicy" | "embedder">;
  reader: CatalogReader;
  viewId: ViewId;
  signal?: AbortSignal;
}

export interface Verification {
  files: number;
  chunks: number;
  faults: FoundFault[];
}

/** Entries looked at between two turns of the event loop. */
const batchFiles = 64;

/** Rejects with the signal's reason, and as the tree's listing or the reader does. Of a view that has a base, all is taken for its own. */
export async function verifyIndex(input: VerifyIndexInput): Promise<Verification> {
  const { tree, reader, viewId, ports, signal } = input;
  const listing = await tree.list(new Map(), signal);
  const shown = await reader.viewEntries(viewId);
  const skipped = new Map((await reader.skipped(viewId)).map((file) => [file.path, file.blob]));
  const listed = new Map<string, SourceFile>();
  for (const file of listing.files) if (ports.filePolicy.checkListed(file) === null) listed.set(file.path, file);
  const faults: FoundFault[] = [];
  for (const path of shown.keys()) {
    if (!listed.has(path))
      faults.push({ path, fault: "extra", detail: "it is not there, or not to be indexed", file: null });
  }
  let chunks = 0;
  const files = [...listed.values()];
  for (let from = 0; from < files.length; from += batchFiles) {
    signal?.throwIfAborted();
    for (const file of files.slice(from, from + batchFiles)) {
      const entryId = shown.get(file.path) ?? null;
      if (entryId === null) {
        if (skipped.get(file.path) !== file.blob)
          faults.push({ path: file.path, fault: "missing", detail: "it is listed and not indexed", file });
        continue;
      }
      const { fault, chunkCount } = await checkEntry(file, entryId, input);
      chunks += chunkCount;
      if (fault !== null) faults.push(fault);
    }
    await new Promise(setImmediate);
  }
  return { files: new Set([...shown.keys(), ...listed.keys()]).size, chunks, faults };
}

async function checkEntry(
  file: SourceFile,
  entryId: number,
  { tree, reader, ports }: VerifyIndexInput,
): Promise<{ fault: FoundFault | null; chunkCount: number }> {
  try {
    const [entry] = await reader.loadEntries([entryId]);
    if (entry === undefined) return damaged(file, "its entry is gone");
    if (entry.blob !== file.blob) {
      const detail = `shown as ${entry.blob.slice(0, 10)}, and is ${file.blob.slice(0, 10)}`;
      return { fault: { path: file.path, fault: "outdated", detail, file }, chunkCount: entry.chunks.length };
    }
    const text = await reader.readText(entry.blob);
    const detail = describeDamage(entry, text, ports.embedder.identity.dimensions, await readText(file, tree));
    return detail === null ? { fault: null, chunkCount: entry.chunks.length } : damaged(file, detail);
  } catch (error) {
    // What cannot be unpacked says so in its own way.
    return damaged(file, String((error as Error).message));
  }
}

/** Null when it cannot be read now: it changed since it was listed, or went. */
async function readText(file: SourceFile, tree: SourceTree): Promise<string | null> {
  try {
    return decode(await tree.read(file));
  } catch {
    return null;
  }
}

function damaged(file: SourceFile, detail: string): { fault: FoundFault; chunkCount: number } {
  return { fault: { path: file.path, fault: "damaged", detail, file }, chunkCount: 0 };
}

function describeDamage(
  { chunks, terms, vectors }: LoadedEntry,
  text: string,
  dimensions: number,
  onDisk: string | null,
): string | null {
  if (onDisk !== null && text !== onDisk) return "the stored text is another";
  if (terms.length !== chunks.length) return `terms of ${terms.length} chunks, and there are ${chunks.length}`;
  if (vectors.length !== chunks.length * dimensions) return `${vectors.length} numbers for ${chunks.length} vectors`;
  let next = 1;
  for (const { startLine, endLine } of chunks) {
    if (startLine !== next || endLine < startLine) return `line ${next} is in no chunk, or in two`;
    next = endLine + 1;
  }
  const { count } = createLineTable(text);
  return next === count + 1 ? null : `the chunks end at line ${next - 1} of ${count}`;
}
