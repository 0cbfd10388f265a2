// SQLite says of a read that the disk fails what it says of damage. Whether the file can be read at all tells the two apart.
import { closeSync, openSync, readSync } from "node:fs";

const chunkBytes = 1_048_576;
/** Of a larger file only so much is read. */
const maxBytes = 268_435_456;
/** Who asks again and again is not answered by reading again and again. */
const answerHoldsMs = 10_000;

const answers = new Map<string, { isReadable: boolean; atMs: number }>();

/** Blocks while it reads. */
export function isFileReadable(path: string): boolean {
  const known = answers.get(path);
  if (known && performance.now() - known.atMs < answerHoldsMs) return known.isReadable;
  const isReadable = readThrough(path);
  answers.set(path, { isReadable, atMs: performance.now() });
  return isReadable;
}

function readThrough(path: string): boolean {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    for (let total = 0; total < maxBytes; ) {
      const bytes = readSync(file, buffer, 0, chunkBytes, total);
      if (bytes === 0) break;
      total += bytes;
    }
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EIO";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
