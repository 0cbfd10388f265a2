// Brings a checkout's view up to date where only these paths may have changed: nothing else is listed, read or compared.
import type { SourceTree, ViewId, ViewSummary } from "@outpost/retrieval";
import { gitBlobId } from "./git-blob-id.ts";
import { indexChangedPaths } from "./index-changed-paths.ts";
import type { FileProblem, IndexingPorts } from "./ports.ts";

export interface IndexPathsInput {
  tree: SourceTree;
  ports: IndexingPorts;
  /** Complete, and without a base. */
  viewId: ViewId;
  paths: readonly string[];
  /** What the tree is, or is based on. */
  commit: string | null;
  signal?: AbortSignal;
}

export interface PathsOutcome {
  /** Null: what the view shows is what the paths hold. */
  view: ViewSummary | null;
  problems: FileProblem[];
}

/**
 * Null where only a whole pass can tell. A file that was left out of the index and is gone is still told as left out until the next whole
 * pass. Rejects like `indexChangedPaths`, and as the tree does.
 */
export async function indexPaths(input: IndexPathsInput): Promise<PathsOutcome | null> {
  const { tree, ports, viewId, commit, signal } = input;
  // Git of a checkout in SHA-256 names blobs in another way than what is computed here.
  if (tree.readPaths === undefined || (commit !== null && commit.length !== 40)) return null;
  const shown = await ports.catalog.shownBlobs(viewId, input.paths);
  const contents = await tree.readPaths(input.paths, { commit, listed: shown }, signal);
  if (contents === null) return null;
  const changes = contents.filter(({ path, content }) =>
    content === null ? shown.has(path) : gitBlobId(content) !== shown.get(path),
  );
  // Why a file is left out is said by a whole pass.
  if (changes.some(({ path, content }) => content !== null && !isWanted(path, content, ports))) return null;
  if (changes.length === 0) return { view: null, problems: [] };
  const more = signal === undefined ? {} : { signal };
  const { value, problems } = await indexChangedPaths({ ports, viewId, base: null, changes, commit, ...more });
  return { view: value, problems };
}

function isWanted(path: string, content: Uint8Array, { filePolicy }: IndexingPorts): boolean {
  return (filePolicy.checkListed({ path, bytes: content.length }) ?? filePolicy.checkContent(path, content)) === null;
}
