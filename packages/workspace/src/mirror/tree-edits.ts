// The edits that turn a commit's tree into what a checkout holds, with the bytes read again and checked against the listing.
// Invariant: an edit's bytes have the blob id that was listed, or the whole is a `conflict`: never a mixture of two moments.

import { readPlace } from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";
import type { TreeEdit } from "../git/fast-import.ts";
import { blobIdOf, formatOfObjectId } from "../git/object-id.ts";
import type { TreeEntry, TreeListing } from "../git/tree-listing.ts";
import type { CheckoutListing } from "../source-tree/checkout-listing.ts";

/** Files over this are not taken into the mirror. */
export const MAX_FILE_BYTES = 20_000_000;
/** What one commit may add. */
const MAX_TOTAL_BYTES = 1_000_000_000;

/**
 * What is too large, and what the disk cannot say, stays as it is in `before`. Rejects with `conflict` (retryable) when a file
 * changed since it was listed, and `limit_exceeded` over 1 GB of changed files.
 */
export async function editsFrom(root: string, before: TreeListing, now: CheckoutListing): Promise<TreeEdit[]> {
  const old = new Map(before.entries.map((entry) => [entry.path, entry]));
  const edits: TreeEdit[] = [];
  let total = 0;
  for (const entry of now.entries) {
    const previous = old.get(entry.path);
    old.delete(entry.path);
    if (previous?.blob === entry.blob && previous.mode === entry.mode) continue;
    if (entry.bytes > MAX_FILE_BYTES) continue;
    total += entry.bytes;
    if (total > MAX_TOTAL_BYTES) {
      throw new OutpostError(
        "limit_exceeded",
        `"${root}" holds more than ${MAX_TOTAL_BYTES} bytes of changed files; ignore some in .gitignore`,
      );
    }
    edits.push({ type: "data", path: entry.path, mode: entry.mode, bytes: await readEntryBytes(root, entry) });
  }
  for (const path of old.keys()) if (!now.unseen.has(path)) edits.push({ type: "delete", path });
  return edits;
}

async function readEntryBytes(root: string, entry: TreeEntry): Promise<Uint8Array> {
  const found = await readPlace(root, entry.path, MAX_FILE_BYTES).catch((error: unknown) => {
    throw changed(entry.path, error);
  });
  const isWanted = found.kind === (entry.mode === "120000" ? "symlink" : "file");
  if (!isWanted || !("bytes" in found)) throw changed(entry.path);
  if (blobIdOf(found.bytes, formatOfObjectId(entry.blob)) !== entry.blob) throw changed(entry.path);
  return found.bytes;
}

function changed(path: string, cause?: unknown): OutpostError {
  return new OutpostError("conflict", `file "${path}" changed while it was read; try again`, {
    retryable: true,
    cause,
  });
}
