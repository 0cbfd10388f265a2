// The part of the configuration that is about language models. Keys of the one schema, in a file of their own.
import { z } from "zod";

/** Fits the part before the slash of a model's name. */
const serverName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, "expected a-z, 0-9 and dashes, at most 31");

const ModelServer = z.strictObject({
  adapter: z.string().min(1).max(1000),
  url: z.url().optional(),
  apiKeyFile: z.string().max(1000).optional(),
});

export const modelSettings = {
  model: z
    .string()
    .max(200)
    .optional()
    .describe(
      "Default model: `rules`, `ollama/NAME`, `openai/NAME`, `llama/FILE` or NAME; absent: the first of `models`, else the best tool-capable model of an Ollama that answers, else the only one at `openaiUrl`, else the only GGUF file, else `rules`",
    ),
  models: z
    .array(z.string().min(1).max(200))
    .max(16)
    .default([])
    .describe(
      "Models to go on with when the default fails, in order; a task that names its own model goes on with them only if it allows that",
    ),
  modelServers: z
    .record(serverName, ModelServer)
    .default({})
    .describe(
      'Further model servers by name, for models `NAME/…`: `{"home": {"adapter": "openai", "url": "http://box:8080/v1", "apiKeyFile": "/path"}}`. Adapters: `ollama`, `openai`, or the absolute path of a module that exports one',
    ),
  ollamaUrl: z.url().default("http://127.0.0.1:11434").describe("Address of an Ollama server"),
  openaiUrl: z
    .url()
    .optional()
    .describe("Address of an OpenAI-compatible server (llama.cpp, vLLM, LM Studio, …), mostly ending in /v1"),
  openaiApiKeyFile: z.string().optional().describe("File with the API key for `openaiUrl`; absent: none is sent"),
  windowTokens: z
    .int()
    .min(2048)
    .max(1_048_576)
    .default(16_384)
    .describe("Context window to ask a model for, in tokens, at most its own"),
  modelFirstTokenTimeoutMs: z
    .int()
    .min(100)
    .max(86_400_000)
    .default(600_000)
    .describe(
      "How long a model may take to its first token (loading and reading the prompt included), in milliseconds",
    ),
  modelIdleTimeoutMs: z
    .int()
    .min(100)
    .max(86_400_000)
    .default(600_000)
    .describe("How long a model may say nothing in the middle of an answer, in milliseconds"),
  modelKeepAlive: z
    .string()
    .regex(/^-?\d+(?:ms|s|m|h)?$/, "expected a time like 10m, or -1")
    .optional()
    .describe(
      "How long an Ollama keeps a model in memory after a call, such as `30m`; `-1`: for ever; absent: as it is set there",
    ),
  llamaThreads: z.int().min(1).max(256).optional().describe("Threads that run a GGUF file; absent: all cores but one"),
  embedder: z
    .enum(["built-in", "ollama", "openai", "onnx"])
    .default("built-in")
    .describe("What embeds code for search; another one builds another index beside the one that is there"),
  embedderModel: z
    .string()
    .max(1000)
    .optional()
    .describe(
      "Model of the embedder: its name at the server; for `onnx` an absolute folder or a hub id, absent: jina-embeddings-v2-base-code (`unixcoder`, `codebert` and `graphcodebert` are known too)",
    ),
  embedderUrl: z.url().optional().describe("Address of the embedder's server; absent: `ollamaUrl` or `openaiUrl`"),
  embedderApiKeyFile: z
    .string()
    .optional()
    .describe("File with the API key for `embedderUrl`; absent: `openaiApiKeyFile`"),
  embedderPrecision: z
    .enum(["fp32", "fp16", "q8"])
    .optional()
    .describe("Which file of an ONNX model; absent: q8, or fp32 where a folder has nothing else"),
};
