// Opens the embedder that was chosen. Apart from the choice, which workers carry too: none of them opens one, nor needs what that takes.
import { openEmbedder } from "@outpost/models";
import type { Embedder } from "@outpost/retrieval";
import { readKeyFile } from "../models/model-servers.ts";
import type { EmbedderChoice } from "./embedder-choice.ts";

/** Rejects like `openEmbedder`. */
export function openChosenEmbedder(
  choice: EmbedderChoice,
  onProblem?: (problem: { path: string; detail: string }) => void,
): Promise<Embedder> {
  const { kind, model = "", url = "", apiKeyFile, precision, directory, cacheDirectory } = choice;
  const options = onProblem ? { onProblem } : {};
  switch (kind) {
    case "built-in":
      return openEmbedder({ kind, ...(directory === undefined ? {} : { directory }) }, options);
    case "ollama":
    case "openai": {
      const key = apiKeyFile === undefined ? {} : { apiKey: readKeyFile(apiKeyFile, "embedderApiKeyFile") };
      return openEmbedder({ kind, url, model, ...key }, options);
    }
    case "onnx":
      return openEmbedder(
        {
          ...{ kind, cacheDirectory },
          ...(choice.model === undefined ? {} : { model }),
          ...(precision === undefined ? {} : { precision }),
        },
        options,
      );
  }
}
