// Reads, parses, embeds and stores listed files in bounded batches: while one batch is stored, the next is read. One bad file never
// stops it; a failure of the embedder or the catalog does. What it stored before a kill is found by `findMissing` afterwards.
import { isOutpostError } from "@outpost/protocol";
import type { SourceFile, SourceTree } from "@outpost/retrieval";
import type { SkipVerdict } from "../file-policy/file-policy.ts";
import type { PipelineLimits } from "./limits.ts";
import type { FileProblem, IndexingPorts } from "./ports.ts";
import { type PreparedFile, prepareFile } from "./prepare-file.ts";
import { storeFiles } from "./store-files.ts";
import { findStoredBefore, type StoredBefore } from "./stored-before.ts";

/** What became of one file. `changed`: it is not what the listing saw any more. */
export type FileResult =
  | { kind: "stored" }
  | { kind: "skipped"; verdict: SkipVerdict }
  | { kind: "changed" }
  | { kind: "failed"; detail: string };

export interface IngestInput {
  files: readonly SourceFile[];
  tree: Pick<SourceTree, "read">;
  ports: IndexingPorts;
  limits: PipelineLimits;
  signal?: AbortSignal | undefined;
  /** After a batch is stored. */
  onBatch(batch: {
    files: SourceFile[];
    results: FileResult[];
    chunks: number;
    problems: FileProblem[];
  }): Promise<void>;
}

interface PreparedBatch {
  files: SourceFile[];
  results: FileResult[];
  prepared: PreparedFile[];
}

export async function ingestFiles(input: IngestInput): Promise<void> {
  const before = await findStoredBefore(input.ports.catalog, input.files);
  let storing: Promise<void> = Promise.resolve();
  try {
    for (const files of batches(input.files, input.limits)) {
      input.signal?.throwIfAborted();
      const batch = await prepareBatch(files, input, before);
      await storing;
      storing = storeBatch(batch, input, before);
      // Awaited before the next batch is stored; until then its rejection must not count as unhandled.
      storing.catch(() => {});
    }
  } finally {
    await storing;
  }
}

function* batches(files: readonly SourceFile[], limits: PipelineLimits): Generator<SourceFile[]> {
  let batch: SourceFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length >= limits.batchFiles || bytes + file.bytes > limits.batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.bytes;
  }
  if (batch.length > 0) yield batch;
}

async function prepareBatch(files: SourceFile[], input: IngestInput, before: StoredBefore): Promise<PreparedBatch> {
  const results = new Array<FileResult>(files.length);
  const prepared = new Array<PreparedFile | undefined>(files.length);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < files.length; index = next++) {
      input.signal?.throwIfAborted();
      const file = files[index];
      if (!file) continue;
      const { result, ready } = await prepareOne(file, input, before);
      results[index] = result;
      prepared[index] = ready;
    }
  };
  await Promise.all(Array.from({ length: input.limits.concurrentFiles }, work));
  return { files, results, prepared: prepared.filter((file) => file !== undefined) };
}

async function prepareOne(
  file: SourceFile,
  { tree, ports, signal }: IngestInput,
  before: StoredBefore,
): Promise<{ result: FileResult; ready?: PreparedFile }> {
  let content: Uint8Array;
  try {
    content = await tree.read(file);
  } catch (error) {
    return { result: readFailure(error) };
  }
  const preparation = await prepareFile({ path: file.path, blob: file.blob, content }, ports, before, signal);
  if (preparation.kind === "skipped") return { result: preparation };
  return { result: { kind: "stored" }, ready: preparation.file };
}

function readFailure(error: unknown): FileResult {
  if (!isOutpostError(error)) throw error;
  if (error.code === "not_found" || error.code === "conflict") return { kind: "changed" };
  if (error.code === "forbidden") {
    return { kind: "skipped", verdict: { reason: "unreadable", detail: error.message } };
  }
  return { kind: "failed", detail: error.message };
}

async function storeBatch(
  { files, results, prepared }: PreparedBatch,
  input: IngestInput,
  before: StoredBefore,
): Promise<void> {
  const chunks = await storeFiles(prepared, input.ports, before, input.signal);
  await input.onBatch({ files, results, chunks, problems: prepared.flatMap((file) => file.problems) });
}
