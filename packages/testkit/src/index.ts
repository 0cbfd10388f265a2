// What tests and benchmarks of every room may use. The contract suites have a door of their own, because they need a test runner.
export { cpuMs } from "./cpu-ms.ts";
export { type EmbeddingScript, type EmbeddingTestServer, startEmbeddingTestServer } from "./embedding/server.ts";
export { createFolderSourceTree } from "./folder-source-tree.ts";
export { writeTinyGguf } from "./gguf/write-tiny-gguf.ts";
export { hasProgram } from "./has-program.ts";
export { createMemoryCatalog, type MemoryCatalog } from "./memory-catalog.ts";
export { countTokens } from "./ollama/count-tokens.ts";
export type {
  OllamaFault,
  OllamaScript,
  OllamaTestAnswer,
  OllamaTestModel,
  OllamaTestReply,
  RecordedChat,
} from "./ollama/script.ts";
export { type OllamaTestServer, startOllamaTestServer } from "./ollama/server.ts";
export { hasTransformers } from "./onnx/has-transformers.ts";
export { threeSubjects } from "./onnx/three-subjects.ts";
export { tinyOnnxDimensions, writeTinyOnnxModel } from "./onnx/write-tiny-onnx.ts";
export type {
  OpenAiCallShape,
  OpenAiFault,
  OpenAiFlavour,
  OpenAiScript,
  OpenAiTestAnswer,
  OpenAiTestModel,
  OpenAiTestReply,
  RecordedCompletion,
} from "./openai/script.ts";
export { type OpenAiTestServer, startOpenAiTestServer } from "./openai/server.ts";
export { createTestIds, plainRepository } from "./plain-records.ts";
export {
  type QdrantFault,
  type QdrantTestOptions,
  type QdrantTestServer,
  startQdrantTestServer,
} from "./qdrant/server.ts";
export { createQdrantTestServers } from "./qdrant/start-several.ts";
export {
  createScriptedModel,
  type ScriptedAnswer,
  type ScriptedModel,
  type ScriptedReply,
} from "./scripted/scripted-model.ts";
export { runGit } from "./temp-git.ts";
export { createTempRepository, type TempFiles, type TempRepository } from "./temp-repository.ts";
export { createTempWorktree } from "./temp-worktree.ts";
export { callTool, createPreparedCode, createPreparedSearcher, createToolContext } from "./tool-context.ts";
export { createUnsandboxedCommandRunner, type UnsandboxedOptions } from "./unsandboxed-commands.ts";
