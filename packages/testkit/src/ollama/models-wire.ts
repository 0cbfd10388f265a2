// What a scripted Ollama says of its models: the bodies of /api/tags, /api/ps and /api/show. Pure.
import type { OllamaTestModel } from "./script.ts";

const defaultCapabilities = ["completion", "tools"];
const defaultContextLength = 32_768;
const digest = "0".repeat(64);

export function findModel(models: readonly OllamaTestModel[], name: unknown): OllamaTestModel | undefined {
  const wanted = canonical(String(name));
  return models.find((model) => canonical(model.name) === wanted);
}

/** Names are looked up without case, and with the tag "latest" when there is none. */
function canonical(name: string): string {
  const lower = name.toLowerCase();
  return /:[^/]*$/.test(lower) ? lower : `${lower}:latest`;
}

export function capabilitiesOf(model: OllamaTestModel): string[] {
  if (model.template === undefined) return model.capabilities ?? defaultCapabilities;
  return model.template.includes(".Tools") ? defaultCapabilities : ["completion"];
}

export function contextLengthOf(model: OllamaTestModel): number {
  return model.contextLength ?? defaultContextLength;
}

function details(model: OllamaTestModel): Record<string, unknown> {
  return {
    parent_model: "",
    format: "gguf",
    family: "qwen2",
    families: ["qwen2"],
    parameter_size: model.parameterSize ?? "7.6B",
    quantization_level: "Q4_K_M",
  };
}

export function tagsBody(models: readonly OllamaTestModel[]): unknown {
  return {
    models: models.map((model) => {
      const isBare = model.bareTags === true || model.template !== undefined;
      const lengths = isBare ? {} : { context_length: contextLengthOf(model) };
      return {
        name: model.name,
        model: model.name,
        ...(model.remoteHost === undefined ? {} : { remote_model: model.name, remote_host: model.remoteHost }),
        modified_at: "2026-01-02T03:04:05.123456789+01:00",
        size: 4_683_087_332,
        digest,
        details: { ...details(model), ...lengths },
        ...(isBare ? {} : { capabilities: capabilitiesOf(model) }),
      };
    }),
  };
}

export function psBody(models: readonly OllamaTestModel[]): unknown {
  return {
    models: models
      .filter((model) => model.loaded)
      .map((model) => ({
        name: model.name,
        model: model.name,
        size: 6_000_000_000,
        digest,
        details: details(model),
        expires_at: "2026-01-02T03:09:05.123456789+01:00",
        size_vram: 0,
        context_length: 4096,
      })),
  };
}

export function showBody(model: OllamaTestModel): unknown {
  return {
    license: "",
    modelfile: `FROM ${model.name}`,
    parameters: "num_ctx                        8192",
    template: model.template ?? "{{ .Prompt }}",
    details: details(model),
    model_info: {
      "general.architecture": "qwen2",
      "general.parameter_count": 7_615_616_512,
      "qwen2.context_length": contextLengthOf(model),
      "qwen2.embedding_length": 3584,
    },
    ...(model.template === undefined ? { capabilities: capabilitiesOf(model) } : {}),
    ...(model.remoteHost === undefined ? {} : { remote_model: model.name, remote_host: model.remoteHost }),
    modified_at: "2026-01-02T03:04:05.123456789+01:00",
  };
}
