// Where the vectors of the index are kept.
import { defineRoutes } from "../route.ts";
import * as vectors from "../vectors.ts";

export const vectorRoutes = defineRoutes({
  getVectors: {
    method: "GET",
    path: "/v1/vectors",
    scope: "read",
    media: "json",
    status: 200,
    reply: vectors.VectorStatus,
    errors: [],
    summary: "Where the vectors of the index are",
    description: "The engine in use, what Qdrant holds and what it is still to be sent, and how a move goes.",
  },
  moveVectors: {
    method: "POST",
    path: "/v1/vectors/moves",
    scope: "admin",
    media: "json",
    status: 202,
    body: vectors.MoveVectorsRequest,
    reply: vectors.VectorStatus,
    errors: ["invalid_input", "conflict"],
    summary: "Move the vectors to another engine",
    description:
      "Sends what the other engine lacks; nothing is embedded again. Ask `getVectors` how it goes; asking again goes on where it stopped. `vectors` of the configuration says which engine is used.",
  },
  snapshotVectors: {
    method: "POST",
    path: "/v1/vectors/snapshots",
    scope: "admin",
    media: "json",
    status: 201,
    reply: vectors.VectorSnapshot,
    errors: ["invalid_input", "not_found", "unauthorized", "unavailable", "timeout"],
    summary: "Make a snapshot of the vectors in Qdrant",
    description: "On the Qdrant server; the index can also be filled again without one.",
  },
});
