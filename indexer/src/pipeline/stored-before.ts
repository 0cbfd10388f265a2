// What a catalog already holds of files that are about to be indexed. Of most files it holds nothing, and of a first index of none: they are
// told apart at once, since a look-up for each costs more than storing it.
import type { CatalogWriter } from "@outpost/retrieval";

/** Where parsed texts and vectors may be taken over from. */
export type StoredBefore = Pick<CatalogWriter, "findParsedBlob" | "findEmbedded">;

/** Takes nothing over. */
export const nothingStored: StoredBefore = { findParsedBlob: async () => undefined, findEmbedded: async () => [] };

/** Files asked about at once. */
const FILES_AT_ONCE = 5_000;

/**
 * Answers as the catalog does, of these files; what others store meanwhile may be missed, and is made again then. A blob is found from the
 * second time on that it is asked for: the first may have stored it.
 */
export async function findStoredBefore(
  catalog: CatalogWriter,
  files: readonly { path: string; blob: string }[],
): Promise<StoredBefore> {
  const blobs = new Set<string>();
  const paths = new Set<string>();
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    const stored = await catalog.findStored(files.slice(start, start + FILES_AT_ONCE));
    for (const blob of stored.blobs) blobs.add(blob);
    for (const path of stored.paths) paths.add(path);
  }
  return {
    async findParsedBlob(blob, language) {
      if (blobs.has(blob)) return catalog.findParsedBlob(blob, language);
      blobs.add(blob);
      return undefined;
    },
    findEmbedded: async (path, limit) => (paths.has(path) ? catalog.findEmbedded(path, limit) : []),
  };
}
