// Mends what a comparison found, and nothing else: damaged files are read, parsed and embedded again and take the old entries' places in
// one transaction each batch; the others are a matter of indexing. The view is searchable all the while.
import type { SourceTree, ViewId } from "@outpost/retrieval";
import { type IndexOutcome, indexRepository } from "../pipeline/index-repository.ts";
import type { IndexingPorts } from "../pipeline/ports.ts";
import { prepareFile } from "../pipeline/prepare-file.ts";
import { embedFiles } from "../pipeline/store-files.ts";
import { nothingStored } from "../pipeline/stored-before.ts";
import type { FoundFault } from "./verify-index.ts";

export interface RepairIndexInput {
  tree: SourceTree;
  ports: IndexingPorts;
  viewId: ViewId;
  faults: readonly FoundFault[];
  signal?: AbortSignal;
}

const batchFiles = 32;

/** Rejects as `indexRepository` does. */
export async function repairIndex(input: RepairIndexInput): Promise<IndexOutcome> {
  const { tree, ports, viewId, faults, signal } = input;
  const damaged = faults.filter(({ fault }) => fault === "damaged");
  for (let from = 0; from < damaged.length; from += batchFiles) {
    signal?.throwIfAborted();
    await replaceDamaged(damaged.slice(from, from + batchFiles), input);
  }
  const force = faults.some(({ fault }) => fault !== "damaged");
  return (await indexRepository({ tree, ports, viewId, force, ...(signal ? { signal } : {}) })).value;
}

/** A file that changed meanwhile is left to indexing, which finds it. */
async function replaceDamaged(
  damaged: readonly FoundFault[],
  { tree, ports, signal }: RepairIndexInput,
): Promise<void> {
  // Nothing of what is stored is taken over: it is what is damaged.
  const files = [];
  for (const { file } of damaged) {
    const content = file === null ? null : await tree.read(file).catch(() => null);
    if (file === null || content === null) continue;
    const preparation = await prepareFile({ ...file, content }, ports, nothingStored, signal);
    if (preparation.kind === "prepared") files.push(preparation.file);
  }
  await ports.catalog.replaceEntries(await embedFiles(files, ports, nothingStored, signal));
}
