// Objects of the mirror by their ids, many with one process.
import type { ReadBlob } from "@outpost/checkout";
import { type Change, OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";

const MAX_BYTES = 256_000_000;

/** The bytes of each object that is there. Rejects with `limit_exceeded` when they are more than 256 MB together. */
export async function readBlobs(
  mirror: Mirror,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (ids.length === 0) return found;
  for (const id of ids) {
    if (!/^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(id)) {
      throw new OutpostError("invalid_input", `"${id}" is no git object id`);
    }
  }
  const { bytes } = await mirror.run({
    args: ["cat-file", "--batch"],
    stdin: `${ids.join("\n")}\n`,
    maxOutputBytes: MAX_BYTES,
    signal,
  });
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at);
    const [id = "", , size] = bytes.subarray(at, end).toString("latin1").split(" ");
    at = end + 1;
    if (size === undefined) continue;
    found.set(id, bytes.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}

/** Every blob that the change names, with one process. */
export async function loadBlobs(mirror: Mirror, change: Change): Promise<ReadBlob> {
  const ids = new Set(
    change.files.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]).filter((blob) => blob !== null),
  );
  const blobs = await readBlobs(mirror, [...ids]);
  return async (blob) => {
    const bytes = blobs.get(blob) ?? (await readBlobs(mirror, [blob])).get(blob);
    if (bytes === undefined) throw new OutpostError("not_found", `blob ${blob} is not in the mirror`);
    return bytes;
  };
}
