export { createEmbeddedVectorIndex } from "./embedded-index.ts";
export { connectQdrant, type QdrantConnection, type QdrantServer } from "./qdrant/connection.ts";
export { type ExaminedGeneration, examineGeneration, examineServer } from "./qdrant/examine.ts";
export { readFinding } from "./qdrant/finding.ts";
export { createQdrantReader } from "./qdrant/qdrant-index.ts";
export { createQdrantStore, generationName, type QdrantStoreOptions } from "./qdrant/qdrant-store.ts";
