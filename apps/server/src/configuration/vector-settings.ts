// The part of the configuration that is about where vectors are kept. Keys of the one schema, in a file of their own.
import { z } from "zod";

export const vectorSettings = {
  vectors: z
    .enum(["embedded", "qdrant"])
    .default("embedded")
    .describe("What searches by meaning: the server's own memory, or a Qdrant server at `qdrantUrl`"),
  qdrantUrl: z.url().optional().describe("Address of a Qdrant server (1.12 or newer); without a port: 6333"),
  qdrantApiKeyFile: z.string().optional().describe("File with the API key for `qdrantUrl`; absent: none is sent"),
  qdrantApiKey: z
    .string()
    .max(1000)
    .optional()
    .describe("The API key itself, for surroundings that give keys as variables; a file is better"),
  qdrantCollection: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,60}$/, "expected a-z, 0-9, dashes and underscores, at most 61")
    .default("outpost")
    .describe("How the names of this server's collections begin"),
  qdrantOnDisk: z
    .boolean()
    .default(false)
    .describe(
      "Qdrant keeps vectors, graph and payload on disk, and in memory only the quantised vectors and what searches are narrowed by",
    ),
};
