// A commit of the mirror as a tree of files that can be indexed. Nothing of it can change, so a read is never a conflict.
// Reads of neighbours are served by one git process: whoever reads a file usually reads the next ones after it.
import type { GitObjectId, RepositoryId } from "@outpost/protocol";
import { OutpostError } from "@outpost/protocol";
import type { SourceFile, SourceTree } from "@outpost/retrieval";
import { readBlobs } from "../git/blobs.ts";
import type { GitRunner } from "../git/git-runner.ts";
import { listTree } from "../git/tree-listing.ts";
import { getMirror, mirrorDirectory } from "../mirror/mirror.ts";

const AHEAD_FILES = 256;
const AHEAD_BYTES = 8_000_000;

export interface CommitSourceTreeOptions {
  git: GitRunner;
  dataDirectory: string;
  repositoryId: RepositoryId;
  commit: GitObjectId;
}

export function createCommitSourceTree(options: CommitSourceTreeOptions): SourceTree {
  const { git, commit } = options;
  const openMirror = () => getMirror(git, mirrorDirectory(options.dataDirectory, options.repositoryId));
  let order: SourceFile[] = [];
  let positions = new Map<string, number>();
  let ahead = new Map<string, Uint8Array>();
  let turn: Promise<unknown> = Promise.resolve();

  /** The blobs from `file` on, as far as the bounds reach. */
  function nextBlobs(file: SourceFile): string[] {
    const wanted = new Set([file.blob]);
    let bytes = file.bytes;
    const start = positions.get(file.path) ?? order.length;
    for (let at = start + 1; at < order.length && wanted.size < AHEAD_FILES; at++) {
      const next = order[at];
      bytes += next?.bytes ?? 0;
      if (next === undefined || bytes > AHEAD_BYTES) break;
      wanted.add(next.blob);
    }
    return [...wanted];
  }

  async function readNow(file: SourceFile): Promise<Uint8Array> {
    const waiting = ahead.get(file.blob);
    if (waiting !== undefined) return waiting;
    ahead = await readBlobs(await openMirror(), nextBlobs(file));
    const bytes = ahead.get(file.blob);
    if (bytes === undefined) {
      throw new OutpostError("not_found", `blob ${file.blob} of "${file.path}" is not in the mirror`);
    }
    return bytes;
  }

  return {
    async list(_known, signal) {
      const listing = await listTree(await openMirror(), commit, signal);
      const symlinks = listing.entries.filter((entry) => entry.mode === "120000");
      order = listing.entries
        .filter((entry) => entry.mode !== "120000")
        .map(({ path, blob, bytes }) => ({ path, blob, bytes }));
      positions = new Map(order.map((file, position) => [file.path, position]));
      return {
        files: order,
        problems: [
          ...symlinks.map(({ path }) => ({ path, reason: "symlink" as const, detail: "a symlink" })),
          ...listing.submodules.map((path) => ({ path, reason: "submodule" as const, detail: "a submodule" })),
          ...listing.unreadableNames.map((path) => ({
            path,
            reason: "unreadable" as const,
            detail: "the name is not UTF-8",
          })),
        ],
        commit,
      };
    },
    read(file) {
      const reading = turn.then(() => readNow(file));
      turn = reading.catch(() => undefined);
      return reading;
    },
  };
}
