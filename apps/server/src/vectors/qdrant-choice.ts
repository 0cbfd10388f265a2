// Which Qdrant server the configuration names, in a form that goes to the indexer's process: the API key stays in its file until it is used.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OutpostError } from "@outpost/protocol";
import { type ViewId, weights } from "@outpost/retrieval";
import type { QdrantStoreOptions } from "@outpost/vector";
import { z } from "zod";
import type { Configuration } from "../configuration/schema.ts";

export const QdrantChoice = z.strictObject({
  url: z.string(),
  apiKeyFile: z.string().optional(),
  collection: z.string(),
  onDisk: z.boolean(),
});
export type QdrantChoice = z.infer<typeof QdrantChoice>;

type Settings = Pick<
  Configuration,
  "dataDirectory" | "vectors" | "qdrantUrl" | "qdrantApiKeyFile" | "qdrantApiKey" | "qdrantCollection" | "qdrantOnDisk"
>;

/** Null where no server is named. Throws `invalid_input` where one is chosen and not named. */
export function chooseQdrant(configuration: Settings): QdrantChoice | null {
  const { vectors, qdrantUrl: url, qdrantCollection: collection, qdrantOnDisk: onDisk } = configuration;
  if (url === undefined && vectors === "qdrant")
    throw new OutpostError("invalid_input", 'vectors is "qdrant", and there is no qdrantUrl');
  if (url === undefined) return null;
  const apiKeyFile = configuration.qdrantApiKeyFile ?? keepKey(configuration);
  return { url, collection, onDisk, ...(apiKeyFile === undefined ? {} : { apiKeyFile }) };
}

/** A key that came as a variable is kept where the local token is, since what a process is started with can be seen by others. */
function keepKey({ dataDirectory, qdrantApiKey }: Settings): string | undefined {
  if (qdrantApiKey === undefined) return undefined;
  const path = join(dataDirectory, "qdrant-api-key");
  writeFileSync(path, qdrantApiKey, { mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
}

/** One user has a server of Outpost; its points are told apart from those of others who come later. */
const tenant = "default";
/** Weighted terms of an average chunk: of 3,508 chunks of TypeScript and Python. */
const averageLength = 125;

/** `index`: the catalog's own name. */
export function qdrantNames({ collection, onDisk }: QdrantChoice, index: string): QdrantStoreOptions {
  return { name: `${collection}-${index}`, tenant, onDisk, termWeights: { ...weights.bm25, averageLength } };
}

/** As it stands in the payload. */
export function repositoryOf(root: ViewId): string {
  return root.slice(root.indexOf(":") + 1);
}
