// The built-in embedder: a static model run on the CPU, no server and no download. About 30 ms to load, 20 MB of text a second.
// Nothing is read before `loadStaticEmbedder` is called.
import { fileURLToPath } from "node:url";
import type { Embedder, EmbedderIdentity, EmbeddingInput } from "@outpost/retrieval";
import { BagOfWords } from "./bag-of-words.ts";
import { readStaticModel } from "./model-files.ts";
import { readTranslations } from "./translations.ts";

export interface StaticEmbedderOptions {
  /** Folder with `model.json`, `model.bin` and, where it has them, `translations.bin`. Default: the one in this package, which a bundled program has to replace by its own. */
  directory?: string;
}

/** Names how the embedded text is made from the inputs; part of the revision. */
const inputForm = "path3";
/** The path's words count this often; folders beyond the last three are left out. */
const pathRepeats = 3;
const pathParts = 4;
/** Inputs embedded before other work of the process gets its turn. */
const batchInputs = 256;

/** Rejects with `unavailable` when the model's files are not there or broken. */
export async function loadStaticEmbedder(options: StaticEmbedderOptions = {}): Promise<Embedder> {
  const directory = options.directory ?? defaultDirectory();
  const model = await readStaticModel(directory);
  const translations = await readTranslations(directory, model.tokens);
  const bag = new BagOfWords(model);
  const identity: EmbedderIdentity = {
    name: `builtin/static-code-${model.dimensions}`,
    revision: `${model.digest}-${inputForm}`,
    dimensions: model.dimensions,
  };
  /** The last one's: chunks of a file come one after the other. */
  let placed: { path: string; ids: readonly number[] } = { path: "", ids: [] };
  const embedDocument = ({ path, text }: EmbeddingInput, into: Float32Array) => {
    if (path !== placed.path) placed = { path, ids: bag.idsOf(pathText(path)) };
    bag.embed(text, model.documentScales, into, placed.ids, pathRepeats);
  };
  return {
    identity,
    ...(translations !== undefined && { translations }),
    async embedDocuments(inputs, signal) {
      const { dimensions } = model;
      // One behind the other: an array of its own for each costs more than embedding a short text.
      const all = new Float32Array(inputs.length * dimensions);
      const vectors = inputs.map((_, index) => all.subarray(index * dimensions, (index + 1) * dimensions));
      for (const [index, input] of inputs.entries()) {
        if (index > 0 && index % batchInputs === 0) await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        embedDocument(input, vectors[index] as Float32Array);
      }
      return vectors;
    },
    async embedQuery(text, signal) {
      signal?.throwIfAborted();
      const vector = new Float32Array(model.dimensions);
      bag.embed(text, model.queryScales, vector);
      return vector;
    },
  };
}

/** The last folders and the file's name without its extension. */
function pathText(path: string): string {
  return path
    .split("/")
    .slice(-pathParts)
    .join(" ")
    .replace(/\.[^. ]*$/, "");
}

function defaultDirectory(): string {
  return fileURLToPath(new URL("../../assets/static-code-128", import.meta.url));
}
