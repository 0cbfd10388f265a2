// Git object ids, computed here: the hash of a header and the raw bytes, without any filter.
import { createHash } from "node:crypto";

export type ObjectFormat = "sha1" | "sha256";

/** The blob id of bytes. */
export function blobIdOf(bytes: Uint8Array, format: ObjectFormat): string {
  return createHash(format).update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

/** A hash that takes the bytes of a blob of `size` bytes piece by piece. */
export function createBlobHash(size: number, format: ObjectFormat) {
  return createHash(format).update(`blob ${size}\0`);
}

export function formatOfObjectId(id: string): ObjectFormat {
  return id.length === 64 ? "sha256" : "sha1";
}
