// Files of commits, read once: a commit never changes, and each run asks for the same few of its base again and again (the policy, the
// guide), each time for two git processes. Bounded; what is not there is remembered, too. Failures are not.
import type { GitObjectId, RepositoryId } from "@outpost/protocol";

/** Rejects as its `read` does. Nobody may write into the bytes. */
export type ReadCommitted = (
  id: RepositoryId,
  commit: GitObjectId,
  path: string,
  maxBytes: number,
) => Promise<Uint8Array | null>;

const maxKept = 256;
const maxKeptBytes = 64_000;

export function rememberFiles(read: ReadCommitted): ReadCommitted {
  const kept = new Map<string, Uint8Array | null>();
  return async (id, commit, path, maxBytes) => {
    const key = JSON.stringify([id, commit, path]);
    const known = kept.get(key);
    // One that is over this caller's bound is refused by who reads it.
    if (known !== undefined && (known === null || known.byteLength <= maxBytes)) return known;
    const bytes = await read(id, commit, path, maxBytes);
    if (bytes !== null && bytes.byteLength > maxKeptBytes) return bytes;
    const [oldest] = kept.keys();
    if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
    kept.set(key, bytes);
    return bytes;
  };
}
