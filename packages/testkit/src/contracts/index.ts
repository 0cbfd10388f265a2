// The suites that every adapter of a port must pass. Only inside of a test runner.
export { type CatalogDatabase, type CreateCatalogDatabase, describeCatalogContract } from "./catalog.ts";
export {
  type ChatModelAdapter,
  type ChatModelScenario,
  type ChatModelSubject,
  chatToEnd,
  contractRequest,
  describeChatModelContract,
} from "./chat-model.ts";
export { describeEmbedderContract, type EmbedderAdapter } from "./embedder.ts";
export { describeProcessRunnerContract, type ProcessRunnerSubject } from "./process-runner.ts";
export {
  type CreateTaskStoreDatabase,
  describeTaskStoreContract,
  type TaskStoreDatabase,
} from "./task-store.ts";
export { describeVectorIndexContract, type VectorIndexSubject } from "./vector-index.ts";
