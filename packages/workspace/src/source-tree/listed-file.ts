// The bytes of a listed file, read synchronously: an index reads thousands of small ones, and each waited for costs three times as much.
// Never goes through a symlink and never blocks on a FIFO. Invariant: what comes back are exactly the bytes of the listed blob id.
import { fstatSync, readSync } from "node:fs";
import { systemErrorCode, toOutpostError, withRealPlace } from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";
import type { SourceFile } from "@outpost/retrieval";
import { blobIdOf, formatOfObjectId } from "../git/object-id.ts";

/** Throws `not_found`, `forbidden` and `conflict` as `SourceTree.read` says. `realRoot`: without symlinks. */
export function readListedFile(realRoot: string, file: SourceFile): Uint8Array {
  const bytes = readPlace(realRoot, file);
  if (bytes === null) throw new OutpostError("not_found", `"${file.path}" is no file any more; list again`);
  if (bytes !== "changed" && blobIdOf(bytes, formatOfObjectId(file.blob)) === file.blob) return bytes;
  throw new OutpostError("conflict", `file "${file.path}" changed since it was listed; list again`, {
    retryable: true,
  });
}

/** Null where no file is, a symlink, or a file behind one. */
function readPlace(realRoot: string, { path, bytes }: SourceFile): Uint8Array | "changed" | null {
  try {
    return withRealPlace(realRoot, path, "file", (descriptor) => {
      const found = fstatSync(descriptor);
      if (!found.isFile()) return null;
      return found.size === bytes ? readWhole(descriptor, bytes) : "changed";
    });
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (code === "ENXIO" || code === "ENODEV") return null;
    throw toOutpostError(error, path);
  }
}

function readWhole(descriptor: number, size: number): Uint8Array | "changed" {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const count = readSync(descriptor, bytes, done, size - done, done);
    // It shrank while it was read.
    if (count === 0) return "changed";
    done += count;
  }
  return bytes;
}
