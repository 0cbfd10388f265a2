// Which model of an Ollama is used when nobody named one. Pure. Knows only what the server says of its models, not how good they are:
// size stands for that, up to what ordinary machines run at a usable speed.
import type { OllamaModelInfo } from "./profile.ts";

/** Models above it come last, the smallest of them first. */
const comfortableParameters = 40e9;
/** Quantised to four bits and a little, which is how most are stored. */
const bytesPerParameter = 0.6;

/**
 * The best one that can chat and call tools and runs on that server itself (code never leaves it unasked); undefined when there is none.
 * Loaded ones first, then the larger, then by name.
 */
export function chooseDefault(
  models: readonly OllamaModelInfo[],
  loaded: ReadonlySet<string>,
): OllamaModelInfo | undefined {
  return models
    .filter((model) => !model.remote && model.capabilities?.includes("tools"))
    .toSorted(
      (a, b) =>
        Number(loaded.has(b.name)) - Number(loaded.has(a.name)) ||
        sizeRank(b) - sizeRank(a) ||
        (a.name < b.name ? -1 : 1),
    )
    .at(0);
}

function sizeRank(model: OllamaModelInfo): number {
  const parameters = model.parameters ?? (model.sizeBytes ?? 0) / bytesPerParameter;
  return parameters <= comfortableParameters ? parameters : -parameters;
}
