// Which embedder the configuration chooses, in a form that goes to the indexer's process: the API key stays in its file until it is used.
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { z } from "zod";
import type { Configuration } from "../configuration/schema.ts";

export const EmbedderChoice = z.strictObject({
  kind: z.enum(["built-in", "ollama", "openai", "onnx"]),
  model: z.string().optional(),
  url: z.string().optional(),
  apiKeyFile: z.string().optional(),
  precision: z.enum(["fp32", "fp16", "q8"]).optional(),
  /** Where the built-in embedder's files are; absent: where its package has them. */
  directory: z.string().optional(),
  cacheDirectory: z.string(),
});
export type EmbedderChoice = z.infer<typeof EmbedderChoice>;

type Settings = Pick<
  Configuration,
  | "dataDirectory"
  | "embedder"
  | "embedderModel"
  | "embedderUrl"
  | "embedderApiKeyFile"
  | "embedderPrecision"
  | "ollamaUrl"
  | "openaiUrl"
  | "openaiApiKeyFile"
>;

/** Throws `invalid_input` where a server is chosen without saying which, or without a model. */
export function chooseEmbedder(configuration: Settings, builtInDirectory: string | null): EmbedderChoice {
  const { embedder: kind, embedderModel: model, embedderPrecision: precision } = configuration;
  const isOpenAi = kind === "openai";
  const url = configuration.embedderUrl ?? (isOpenAi ? configuration.openaiUrl : configuration.ollamaUrl);
  const isServer = kind === "ollama" || isOpenAi;
  if (isServer && url === undefined)
    throw new OutpostError("invalid_input", `embedder is "${kind}", and there is no embedderUrl`);
  if (isServer && model === undefined)
    throw new OutpostError("invalid_input", `embedder is "${kind}"; say which model embeds with embedderModel`);
  const keyFile = configuration.embedderApiKeyFile ?? (isOpenAi ? configuration.openaiApiKeyFile : undefined);
  return {
    kind,
    cacheDirectory: join(configuration.dataDirectory, "models"),
    ...(model === undefined ? {} : { model }),
    ...(isServer && url !== undefined ? { url } : {}),
    ...(isOpenAi && keyFile !== undefined ? { apiKeyFile: keyFile } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(builtInDirectory === null ? {} : { directory: builtInDirectory }),
  };
}
