// Embeddings of an ONNX model through transformers.js, which is an optional dependency: from a folder on this machine, without any network,
// or by its id from the hub, kept in the data directory. Nothing is loaded before `openOnnxEmbedder` is called.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { defaultOnnxModel, hubIdOf, traitsOf } from "./embedding-models.ts";
import type { RawEmbedder } from "./raw-embedder.ts";

export interface OnnxEmbedderOptions {
  /** An absolute path of a folder with config.json, tokenizer.json and onnx/, or a hub id. Default: jina-embeddings-v2-base-code. */
  model?: string;
  /** Which of the model's files. Default: q8, or fp32 where a folder has nothing else. */
  precision?: "fp32" | "fp16" | "q8";
  /** Where models from the hub are kept. */
  cacheDirectory?: string;
  /** Default: all cores but one. */
  threads?: number;
}

/** More at once is slower on a CPU, and takes memory. */
const maxBatchTexts = 8;
const maxBatchCharacters = 60_000;

interface Extractor {
  (texts: string[], options: { pooling: string; normalize: boolean }): Promise<{ dims: number[]; data: Float32Array }>;
  tokenizer?: { model_max_length?: number };
  dispose?(): Promise<void>;
}

/** Rejects with `unavailable` when the package is not installed, the hub not reachable or the files broken; `not_found` for a folder that is none. */
export async function openOnnxEmbedder(options: OnnxEmbedderOptions = {}): Promise<RawEmbedder> {
  const given = options.model ?? defaultOnnxModel;
  const transformers = await importTransformers();
  const { env } = transformers;
  const isLocal = isAbsolute(given);
  const place = isLocal ? await localPlace(given, options.precision) : hubPlace(given, options);
  env.allowRemoteModels = !isLocal;
  env.allowLocalModels = isLocal;
  if (isLocal) env.localModelPath = dirname(given);
  else if (options.cacheDirectory) env.cacheDir = options.cacheDirectory;
  const session_options = { intraOpNumThreads: options.threads ?? Math.max(1, availableParallelism() - 1) };
  const extract = (await transformers
    .pipeline("feature-extraction", place.id, { dtype: place.precision, device: "cpu", session_options })
    .catch((cause: unknown) => {
      throw new OutpostError(
        "unavailable",
        `the embedding model "${given}" cannot be loaded: ${String(cause).slice(0, 300)}`,
        { cause },
      );
    })) as unknown as Extractor;
  const traits = traitsOf(given);
  const limit = extract.tokenizer?.model_max_length;
  const maxTokens = limit && limit > 0 && limit < 1e6 ? Math.min(limit, traits.maxTokens) : traits.maxTokens;
  const embed = async (texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> => {
    signal?.throwIfAborted();
    const { dims, data } = await extract([...texts], { pooling: traits.pooling, normalize: true });
    const size = dims.at(-1) ?? 0;
    return texts.map((_, index) => data.slice(index * size, (index + 1) * size));
  };
  const [probe] = await embed(["dimensions"]);
  const identity = { name: `onnx/${place.name}`, revision: place.revision, dimensions: probe?.length ?? 0 };
  return {
    ...{ identity, traits: { ...traits, maxTokens }, maxBatchTexts, maxBatchCharacters, embed },
    close: async () => extract.dispose?.(),
  };
}

interface Transformers {
  env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string; cacheDir: string | null };
  pipeline(task: string, id: string, options: object): Promise<unknown>;
}

async function importTransformers(): Promise<Transformers> {
  // A name that bundlers do not follow: the package is native code, and optional.
  const name = "@huggingface/transformers";
  try {
    return (await import(/* @vite-ignore */ name)) as unknown as Transformers;
  } catch (cause) {
    const message = `the embedder "onnx" needs the package ${name}, which was left out at installation; install it with npm install ${name}@4.3.1, or choose another embedder`;
    throw new OutpostError("unavailable", message, { cause });
  }
}

interface Place {
  id: string;
  name: string;
  precision: string;
  revision: string;
}

async function localPlace(folder: string, precision: OnnxEmbedderOptions["precision"]): Promise<Place> {
  const files: string[] = await readdir(join(folder, "onnx")).catch(() => []);
  const chosen = precision ?? (files.includes("model_quantized.onnx") ? "q8" : "fp32");
  const file = join(folder, "onnx", fileNames[chosen]);
  if (!existsSync(file))
    throw new OutpostError(
      "not_found",
      `there is no "${file}"; an ONNX model is a folder with config.json, tokenizer.json and onnx/${fileNames[chosen]}`,
    );
  return {
    id: basename(folder),
    name: basename(folder),
    precision: chosen,
    revision: `${chosen}-${await digestOf(file)}`,
  };
}

const fileNames = { fp32: "model.onnx", fp16: "model_fp16.onnx", q8: "model_quantized.onnx" } as const;
const digestedBytes = 50_000_000;

/** Of the whole file, or of its size and time where reading it would take long. */
async function digestOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const hash = createHash("sha256");
  hash.update(size > digestedBytes ? `${size} ${mtimeMs}` : await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

function hubPlace(name: string, { precision = "q8" }: OnnxEmbedderOptions): Place {
  return { id: hubIdOf(name), name: hubIdOf(name), precision, revision: `${precision}-main` };
}
