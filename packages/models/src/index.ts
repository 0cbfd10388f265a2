// Chat models: an Ollama server's, and the built-in rules; the directory that finds them by name; and the built-in embedder.
export { createModelDirectory, type ModelDirectoryOptions } from "./directory/directory.ts";
export { createOllamaModel, type OllamaModelOptions } from "./ollama/model.ts";
export { createRulesModel, type RulesModelOptions } from "./rules/model.ts";
export { loadStaticEmbedder, type StaticEmbedderOptions } from "./static-embedder/static-embedder.ts";
