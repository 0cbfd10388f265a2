// Writes the files of a commit that an index takes: their bytes as they are stored, no links, no submodules, nothing that the file policy
// leaves out by name or size.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFilePolicy } from "@outpost/indexer";
import { OutpostError } from "@outpost/protocol";
import type { GitReader, TreeFile } from "./git-reader.ts";

const maxFiles = 200_000;
const batchBytes = 32_000_000;
const batchFiles = 2_000;

/** `transform`: what is written in place of a file's bytes. Rejects behind a file when `signal` says so. Returns the paths that the file policy lets through, in git's order. */
export async function writeCheckout(
  git: GitReader,
  commit: string,
  folder: string,
  signal: AbortSignal,
  transform: (path: string, content: Buffer) => Promise<Buffer | string> = async (_, content) => content,
): Promise<string[]> {
  const policy = createFilePolicy();
  const files = (await git.listFiles(commit)).filter((file) => policy.checkListed(file) === null);
  if (files.length > maxFiles) {
    throw new OutpostError("limit_exceeded", `commit ${commit} has ${files.length} files, over ${maxFiles}`);
  }
  const written: string[] = [];
  for (const batch of inBatches(files)) {
    const contents = await git.readBlobs(batch.map(({ blob }) => blob));
    for (const [at, { path }] of batch.entries()) {
      signal.throwIfAborted();
      const content = contents[at] ?? Buffer.alloc(0);
      const isIndexed = policy.checkContent(path, content) === null;
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), isIndexed ? await transform(path, content) : content);
      if (isIndexed) written.push(path);
    }
  }
  return written;
}

function* inBatches(files: readonly TreeFile[]): Generator<TreeFile[]> {
  let batch: TreeFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length === batchFiles || (batch.length > 0 && bytes + file.bytes > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.bytes;
  }
  if (batch.length > 0) yield batch;
}
