// Reads the files of a static model: `model.json` (words, log-probabilities, dimensions) and `model.bin` (scales and int8 vectors).
// Checks that their sizes agree and the scales are numbers, so that a truncated download or a mixed-up pair is an error and not a bad vector.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import type { Vocabulary } from "./tokenizer.ts";

export interface StaticModel extends Vocabulary {
  dimensions: number;
  /** By id: the weight of a word in a document and in a query, times the quantization step of its vector. */
  documentScales: Float32Array;
  queryScales: Float32Array;
  /** tokens.length × dimensions. */
  vectors: Int8Array;
  /** Changes with any byte of either file. */
  digest: string;
}

interface ModelHeader {
  dim: number;
  tokens: string[];
  logp: number[];
}

/** Rejects with `unavailable` when the files are not there or do not belong together. */
export async function readStaticModel(directory: string): Promise<StaticModel> {
  const [json, binary] = await Promise.all(["model.json", "model.bin"].map((name) => readModelFile(directory, name)));
  if (json === undefined || binary === undefined) throw brokenModel(directory, "a file is missing");
  const header = parseHeader(directory, json);
  const words = header.tokens.length;
  const expectedBytes = words * 8 + words * header.dim;
  if (binary.length !== expectedBytes) {
    throw brokenModel(directory, `model.bin has ${binary.length} bytes where model.json asks for ${expectedBytes}`);
  }
  // A copy of their own: the file's buffer may start anywhere in a pool, and float views need an aligned start.
  const scales = new Uint8Array(binary.subarray(0, words * 8)).buffer;
  if (!new Float32Array(scales).every(Number.isFinite))
    throw brokenModel(directory, "a scale in model.bin is no number");
  return {
    tokens: header.tokens,
    logProbabilities: header.logp,
    dimensions: header.dim,
    documentScales: new Float32Array(scales, 0, words),
    queryScales: new Float32Array(scales, words * 4, words),
    vectors: new Int8Array(binary.buffer, binary.byteOffset + words * 8, words * header.dim),
    digest: createHash("sha256").update(json).update(binary).digest("hex").slice(0, 12),
  };
}

async function readModelFile(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw new OutpostError(
      "unavailable",
      `built-in embedding model: cannot read "${join(directory, name)}"; install it there or choose another embedder`,
      { cause },
    );
  }
}

function parseHeader(directory: string, json: Buffer): ModelHeader {
  let header: Partial<ModelHeader> | null;
  try {
    header = JSON.parse(json.toString("utf8"));
  } catch (cause) {
    throw brokenModel(directory, "model.json is no JSON", cause);
  }
  const { dim, tokens, logp } = header ?? {};
  if (!isCount(dim) || !Array.isArray(tokens) || !isCount(tokens.length) || !Array.isArray(logp)) {
    throw brokenModel(directory, "model.json lacks dim, tokens or logp");
  }
  const areWords = tokens.every((token) => typeof token === "string") && logp.every(Number.isFinite);
  if (tokens.length !== logp.length || !areWords) {
    throw brokenModel(directory, "model.json has something else than texts for tokens and a number for each for logp");
  }
  return { dim, tokens, logp };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function brokenModel(directory: string, what: string, cause?: unknown): OutpostError {
  return new OutpostError("unavailable", `built-in embedding model in "${directory}": ${what}; copy both files again`, {
    cause,
  });
}
