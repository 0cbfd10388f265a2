// What the routes of vectors do.
import type { JsonHandlers } from "../api/handlers.ts";
import type { VectorService } from "./vector-service.ts";

export function createVectorHandlers(
  vectors: VectorService,
): Pick<JsonHandlers, "getVectors" | "moveVectors" | "snapshotVectors"> {
  return {
    getVectors: () => vectors.status(),
    moveVectors: ({ body }) => vectors.move(body),
    snapshotVectors: () => vectors.snapshot(),
  };
}
