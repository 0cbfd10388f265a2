// Where the vectors of the index are, and moving them.
import { z } from "zod";

export const VectorEngine = z.enum(["embedded", "qdrant"]);
export type VectorEngine = z.infer<typeof VectorEngine>;

export const VectorMove = z.object({
  state: z.enum(["none", "running", "done", "failed"]),
  to: VectorEngine.nullable(),
  /** Chunks that are there, and all of them. */
  chunksDone: z.int(),
  chunksTotal: z.int(),
  error: z.string().nullable(),
});
export type VectorMove = z.infer<typeof VectorMove>;

export const VectorStatus = z.object({
  /** What searches use, by the configuration. */
  engine: VectorEngine,
  /** Null: the configuration names no server. */
  qdrant: z
    .object({
      address: z.string(),
      /** Null: it does not answer, or not to us; `problem` says why. */
      version: z.string().nullable(),
      /** The alias that searches go to, and the collection that it leads to. */
      name: z.string().nullable(),
      collection: z.string().nullable(),
      chunks: z.int(),
      problem: z.string().nullable(),
    })
    .nullable(),
  /** Chunks of the index that Qdrant should hold, and those that it is still to be sent. */
  sentChunks: z.int(),
  unsentChunks: z.int(),
  move: VectorMove,
});
export type VectorStatus = z.infer<typeof VectorStatus>;

export const MoveVectorsRequest = z.strictObject({
  to: VectorEngine,
  /** When moving to the embedded engine: remove what Qdrant holds. */
  remove: z.boolean().default(false),
});
export type MoveVectorsRequest = z.infer<typeof MoveVectorsRequest>;

export const VectorSnapshot = z.object({ collection: z.string(), name: z.string(), bytes: z.int() });
export type VectorSnapshot = z.infer<typeof VectorSnapshot>;
