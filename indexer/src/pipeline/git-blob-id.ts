import { createHash } from "node:crypto";

/** The id git gives to a blob of these bytes in a SHA-1 repository. */
export function gitBlobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
