// What views say of a tree that is indexed again. A file that is shown as it is, or was left out for what it is, need be asked about neither of
// the file policy nor of the catalog, and that is nearly every file.
// Invariant: both are of the generation that is written, so that the file policy's version is the same.
import type { CatalogWriter, SourceFile, ViewId } from "@outpost/retrieval";
import type { SkipVerdict } from "../file-policy/file-policy.ts";

export interface ShownBefore {
  /** path → blob of what the view itself shows. */
  readonly blobs: ReadonlyMap<string, string>;
  /** An entry shows this very file. */
  isShown(file: Pick<SourceFile, "path" | "blob">): boolean;
  /** Null: it is not left out. Undefined: nothing is known. */
  verdictOn(file: Pick<SourceFile, "path" | "blob">): SkipVerdict | null | undefined;
}

export async function findShownBefore(
  catalog: CatalogWriter,
  viewId: ViewId,
  base: ViewId | null,
): Promise<ShownBefore> {
  const own = await catalog.shownFiles(viewId);
  const below = base === null ? undefined : await catalog.shownFiles(base);
  const skipped = new Map([...(below?.skipped ?? []), ...own.skipped].map((file) => [file.path, file]));
  const isShown = ({ path, blob }: Pick<SourceFile, "path" | "blob">) =>
    own.blobs.get(path) === blob || below?.blobs.get(path) === blob;
  return {
    blobs: own.blobs,
    isShown,
    verdictOn(file) {
      if (isShown(file)) return null;
      const before = skipped.get(file.path);
      // What could not be read may be readable now.
      if (before === undefined || before.blob !== file.blob || before.reason === "unreadable") return undefined;
      return { reason: before.reason, detail: before.detail };
    },
  };
}
