// Embeddings of a server: Ollama's /api/embed and the /embeddings of OpenAI-compatible servers. Knows both wires and nothing of batches.
import { OutpostError } from "@outpost/protocol";
import { Agent, fetch } from "undici";
import { parseError } from "../openai/chunk.ts";
import { isRecord } from "../reply/scan-json.ts";
import { parseAddress } from "../wire/address.ts";
import { openExchange } from "../wire/exchange.ts";
import { rootReason } from "../wire/root-reason.ts";
import { traitsOf } from "./embedding-models.ts";
import type { RawEmbedder } from "./raw-embedder.ts";

export interface HttpEmbedderOptions {
  kind: "ollama" | "openai";
  url: string;
  model: string;
  apiKey?: string;
  /** Loading a model included. Default 120,000. */
  timeoutMs?: number;
}

const tooLong = /input length|context length|context size|too (?:long|large|many)|maximum .*tokens|exceed/i;
/** Of those, what some servers say as if it were a failure of theirs (llama.cpp: "input (535 tokens) is too large to process"). */
const tooLongAsFailure = /input.* too (?:long|large)|context (?:length|size)/i;
const maxErrorCharacters = 500;
const maxBatchTexts = 64;
const maxBatchCharacters = 200_000;

/** Asks for one vector, to know the dimensions. Rejects with `unavailable`, `not_found`, `unauthorized` or `invalid_input`. */
export async function openHttpEmbedder(options: HttpEmbedderOptions, signal?: AbortSignal): Promise<RawEmbedder> {
  const { kind, model } = options;
  const ask = createAsker(options);
  const embed = async (texts: readonly string[], inner?: AbortSignal): Promise<Float32Array[]> =>
    kind === "ollama"
      ? parseOllama(await ask("/api/embed", { model, input: texts, truncate: false }, inner))
      : parseOpenAi(await ask("/embeddings", { model, input: texts, encoding_format: "float" }, inner), texts.length);
  const [probe] = await embed(["dimensions"], signal);
  if (!probe || probe.length === 0)
    throw new OutpostError("invalid_input", `model "${model}" gives no vectors; choose one that embeds`);
  const revision = kind === "ollama" ? await findDigest(ask, model, signal) : "1";
  const identity = { name: `${kind}/${model}`, revision, dimensions: probe.length };
  return { identity, traits: traitsOf(model), maxBatchTexts, maxBatchCharacters, embed };
}

type Ask = (path: string, body: Record<string, unknown> | null, signal?: AbortSignal) => Promise<unknown>;

function createAsker({ kind, url, model, apiKey, timeoutMs = 120_000 }: HttpEmbedderOptions): Ask {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });
  const { host, headers: credentials } = parseAddress(url, "the embedding server");
  const root = kind === "openai" && new URL(host).pathname === "/" ? `${host}/v1` : host;
  const headers = {
    ...{ ...credentials, "content-type": "application/json" },
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const redact = (text: string) => (apiKey ? text.replaceAll(apiKey, "[redacted]") : text);
  return async (path, body, signal = new AbortController().signal) => {
    signal.throwIfAborted();
    const exchange = openExchange(signal, timeoutMs);
    try {
      const init = body === null ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) };
      const response = await fetch(root + path, { ...init, headers, dispatcher: agent, signal: exchange.signal });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      throw refusal(response.status, redact(text.slice(0, maxErrorCharacters)), { root, model });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof OutpostError) throw error;
      const why = exchange.timedOut ? `nothing came within ${timeoutMs} ms` : rootReason(error);
      throw new OutpostError("unavailable", `no embeddings from ${root} (${why})`, { retryable: true, cause: error });
    } finally {
      exchange.close();
    }
  };
}

function refusal(status: number, body: string, { root, model }: { root: string; model: string }): OutpostError {
  const text = readError(body);
  const said = `the embedding server at ${root} says ${JSON.stringify(text)}`;
  if (status === 500 && tooLongAsFailure.test(text)) return new OutpostError("limit_exceeded", said);
  if (status === 429 || status >= 500)
    return new OutpostError("unavailable", said, { retryable: true, details: { status } });
  if (status === 401 || status === 403) return new OutpostError("unauthorized", said);
  if (status === 404)
    return new OutpostError(
      "not_found",
      `no embedding model "${model}"; get it with \`ollama pull ${model}\`: ${said}`,
    );
  return new OutpostError(status === 413 || tooLong.test(text) ? "limit_exceeded" : "invalid_input", said);
}

function readError(body: string): string {
  try {
    return parseError(JSON.parse(body))?.text ?? body;
  } catch {
    return body;
  }
}

function parseOllama(reply: unknown): Float32Array[] {
  const list = isRecord(reply) && Array.isArray(reply["embeddings"]) ? reply["embeddings"] : [];
  return list.map(toVector);
}

/** Servers may answer in any order, and say which is which. */
function parseOpenAi(reply: unknown, length: number): Float32Array[] {
  const data = isRecord(reply) && Array.isArray(reply["data"]) ? reply["data"].filter(isRecord) : [];
  const vectors: Float32Array[] = [];
  for (const [position, item] of data.entries()) {
    const index = Number.isInteger(item["index"]) ? Number(item["index"]) : position;
    if (index >= 0 && index < length) vectors[index] = toVector(item["embedding"]);
  }
  return Array.from(vectors, (vector) => vector ?? new Float32Array(0));
}

function toVector(value: unknown): Float32Array {
  return Float32Array.from(Array.isArray(value) ? value.map(Number) : []);
}

/** The same name may be another model tomorrow. */
async function findDigest(ask: Ask, model: string, signal?: AbortSignal): Promise<string> {
  const reply = await ask("/api/tags", null, signal).catch(() => null);
  const models = isRecord(reply) && Array.isArray(reply["models"]) ? reply["models"].filter(isRecord) : [];
  const wanted = /:[^/]*$/.test(model) ? model : `${model}:latest`;
  const found = models.find(({ name }) => name === wanted || name === model);
  return typeof found?.["digest"] === "string" ? found["digest"].slice(0, 16) : "1";
}
