// The first values of a GGUF file: what the model is called and how long a context it was trained for. Reads no tensor and no vocabulary.
// Does not know whether llama.cpp can run it.
import { open } from "node:fs/promises";

export interface GgufHeader {
  architecture: string;
  trainedTokens: number | null;
}

/** What is asked for stands before the vocabulary, in the files there are. */
const maxHeaderBytes = 1_000_000;
const fixedSizes: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const stringType = 8;

/** Undefined: no GGUF file. Rejects where the file cannot be read. */
export async function readGgufHeader(path: string): Promise<GgufHeader | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxHeaderBytes), 0, maxHeaderBytes, 0);
    return parseHeader(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Buffer): GgufHeader | undefined {
  if (bytes.length < 24 || bytes.toString("latin1", 0, 4) !== "GGUF") return undefined;
  const header: GgufHeader = { architecture: "", trainedTokens: null };
  let at = 24;
  const readText = (): string => {
    const from = at + 8;
    at = from + Number(bytes.readBigUInt64LE(at));
    return bytes.toString("utf8", from, at);
  };
  try {
    for (let left = Number(bytes.readBigUInt64LE(16)); left > 0 && header.trainedTokens === null; left--) {
      const key = readText();
      const type = bytes.readUInt32LE(at);
      at += 4;
      const size = fixedSizes[type];
      if (type === stringType) {
        const value = readText();
        if (key === "general.architecture") header.architecture = value;
      } else if (size === undefined) break;
      else {
        if (key === `${header.architecture}.context_length`)
          header.trainedTokens = size === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at);
        at += size;
      }
    }
  } catch {
    // The header is longer than was read: what was found is what there is.
  }
  return header;
}
