// One file of a commit in the mirror, as raw bytes. A symlink is no file.
import { OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import { readBlobs } from "./blobs.ts";

/** Null where the commit has no such file. Rejects with `not_found` for a commit that is not there, `limit_exceeded` over `maxBytes`. */
export async function readCommittedFile(
  mirror: Mirror,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const listing = await mirror.run({
    args: ["ls-tree", "-z", "-l", "--full-tree", commit, "--", path],
    okExitCodes: [0, 128],
  });
  if (listing.exitCode === 128) throw new OutpostError("not_found", `commit ${commit} is not in the mirror`);
  const [mode = "", type, blob = "", size] = listing.text.split("\t", 1)[0]?.split(/ +/) ?? [];
  if (type !== "blob" || !mode.startsWith("100")) return null;
  if (Number(size) > maxBytes) {
    throw new OutpostError("limit_exceeded", `"${path}" has ${Number(size)} bytes in the commit, over ${maxBytes}`);
  }
  return (await readBlobs(mirror, [blob])).get(blob) ?? null;
}
