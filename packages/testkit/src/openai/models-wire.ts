// What a scripted server of each flavour says of its models. Pure.
import type { OpenAiScript, OpenAiTestModel } from "./script.ts";

const defaultWindowTokens = 32_768;

export function windowOf(model: OpenAiTestModel): number {
  return model.windowTokens ?? defaultWindowTokens;
}

/** GET /v1/models. Only vLLM tells the window here. */
export function modelsBody({ models, flavour = "plain" }: OpenAiScript): unknown {
  const owners = { "llama.cpp": "llamacpp", vllm: "vllm", lmstudio: "organization_owner", plain: "somebody" };
  const entry = (model: OpenAiTestModel) => ({
    id: model.name,
    object: "model",
    created: 1_767_323_045,
    owned_by: owners[flavour],
    ...(flavour === "vllm" ? { root: model.name, max_model_len: windowOf(model) } : {}),
    ...(flavour === "llama.cpp" ? { meta: { vocab_type: 2, n_ctx_train: 131_072, n_params: 7_615_616_512 } } : {}),
  });
  return { object: "list", data: models.map(entry) };
}

/** GET /props of llama.cpp. */
export function propsBody({ models }: OpenAiScript): unknown {
  const [model] = models;
  return {
    default_generation_settings: { id: 0, n_ctx: model ? windowOf(model) : 0 },
    total_slots: 1,
    model_path: "model.gguf",
    chat_template: "{%- if enable_thinking %}<think>{% endif %}",
    chat_template_caps: { supports_tools: model?.withoutTools !== true },
  };
}

/** GET /api/v0/models of LM Studio. */
export function studioModelsBody({ models }: OpenAiScript): unknown {
  const entry = (model: OpenAiTestModel) => ({
    id: model.name,
    object: "model",
    type: model.type ?? "llm",
    state: model.loaded ? "loaded" : "not-loaded",
    max_context_length: 131_072,
    ...(model.loaded ? { loaded_context_length: windowOf(model) } : {}),
    capabilities: model.withoutTools ? [] : ["tool_use"],
  });
  return { object: "list", data: models.map(entry) };
}
