// The connection to the chosen Qdrant server, apart from the choice: its client takes a while to load, and most have no such server.
import { connectQdrant, type QdrantConnection, type QdrantServer } from "@outpost/vector";
import { readKeyFile } from "../models/model-servers.ts";
import type { QdrantChoice } from "./qdrant-choice.ts";

/** Throws `invalid_input` for an address or a key's file that is none. */
export function connectChosenQdrant(
  { url, apiKeyFile }: QdrantChoice,
  bounds: Pick<QdrantServer, "timeoutMs" | "maxAttempts"> = {},
): QdrantConnection {
  const key = apiKeyFile === undefined ? {} : { apiKey: readKeyFile(apiKeyFile, "qdrantApiKeyFile") };
  return connectQdrant({ url, ...key, ...bounds });
}
