export { createEmbeddedVectorIndex } from "./embedded-index.ts";
