// Chat models: an Ollama server's, those of OpenAI-compatible servers, and the built-in rules; the directory that finds them by name; what a
// model's reply means; and the built-in embedder.
export type { ModelAdapter, ModelServerSettings } from "./directory/adapter.ts";
export { type ConfiguredServer, type ModelDirectoryOptions, openModelDirectory } from "./directory/directory.ts";
export { type EmbedderSettings, openEmbedder } from "./embedders/open-embedder.ts";
export { runLlamaProcess } from "./llama/child.ts";
export { installLlama } from "./llama/install.ts";
export { createOllamaModel, type OllamaModelOptions } from "./ollama/model.ts";
export { unparsedText } from "./openai/errors.ts";
export { createOpenAiModel, type OpenAiModelOptions } from "./openai/model.ts";
export { type ReadReply, type RefusedCall, readReply, type UnreadReply } from "./reply/read-reply.ts";
export { createRulesModel, type RulesModelOptions } from "./rules/model.ts";
export { loadStaticEmbedder, type StaticEmbedderOptions } from "./static-embedder/static-embedder.ts";
