// Reads `translations.bin` of a static model: which words code uses where people say others. Its words are those of `model.json`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import type { WordTranslations } from "@outpost/retrieval";

const headerBytes = 4;
/** Two numbers of a word and a strength. */
const rowBytes = 5;

/** Undefined where the model has none. Rejects with `unavailable` when the file is broken or another model's. */
export async function readTranslations(
  directory: string,
  words: readonly string[],
): Promise<WordTranslations | undefined> {
  const bytes = await readIfThere(join(directory, "translations.bin"));
  if (bytes === undefined) return undefined;
  const rows = bytes.length < headerBytes ? 0 : bytes.readUInt32LE(0);
  if (bytes.length !== headerBytes + rows * rowBytes) throw brokenTranslations(directory);
  const sources = column(bytes, headerBytes, rows);
  const targets = column(bytes, headerBytes + rows * 2, rows);
  const isWord = (word: number) => word < words.length;
  if (!sources.every(isWord) || !targets.every(isWord)) throw brokenTranslations(directory);
  return { words, sources, targets, strengths: new Uint8Array(bytes.subarray(headerBytes + rows * 4)) };
}

/** A copy of its own: the file's buffer may start anywhere in a pool. */
function column(bytes: Buffer, from: number, rows: number): Uint16Array {
  return new Uint16Array(new Uint8Array(bytes.subarray(from, from + rows * 2)).buffer);
}

function brokenTranslations(directory: string): OutpostError {
  return new OutpostError(
    "unavailable",
    `built-in embedding model in "${directory}": translations.bin does not belong to model.json; copy all files again`,
  );
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new OutpostError("unavailable", `built-in embedding model: cannot read "${file}"`, { cause });
  }
}
