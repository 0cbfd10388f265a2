// What doctor says of the Qdrant server that the configuration names: whether it answers, takes the key and is new enough, and whether it
// holds the latest index. One try and a few seconds, so that doctor does not hang on a server that is away. Changes nothing.
import { type Check, isOutpostError, type OutpostError, type VectorEngine } from "@outpost/protocol";
import type { CatalogReader, ViewId } from "@outpost/retrieval";
import { examineGeneration, examineServer, readFinding } from "@outpost/vector";
import { connectChosenQdrant } from "./connect-chosen-qdrant.ts";
import { type QdrantChoice, qdrantNames } from "./qdrant-choice.ts";
import { searchBounds } from "./qdrant-reader.ts";

export interface QdrantCheck {
  choice: QdrantChoice;
  engine: VectorEngine;
  /** The views of repositories. */
  roots: readonly ViewId[];
  openReader(): Promise<Pick<CatalogReader, "vectorPlace" | "identity" | "close">>;
  /** What is known to be missing there. */
  notes: readonly string[];
}

const name = "qdrant";
const fillIt = "outpost index migrate --to qdrant";
const restartIt = "restart the qdrant server, whose log says more";

/** Never rejects. */
export async function checkQdrant(check: QdrantCheck): Promise<Check> {
  try {
    const connection = connectChosenQdrant(check.choice, searchBounds);
    const server = `${connection.url}, version ${await examineServer(connection)}`;
    const place = await latestPlace(check);
    if (place === null) return { name, ok: true, detail: `${server}; nothing is indexed yet`, fix: null };
    const index = { name: qdrantNames(check.choice, place.index).name, ...place };
    const { collection, chunks, shown, fault } = await examineGeneration(connection, index);
    const alias = shown === null ? `${index.name} leads nowhere` : `${index.name} → ${shown}`;
    const held = `${collection} has ${chunks} chunks of ${place.dimensions} numbers`;
    const ok = check.notes.length === 0 && shown === collection && fault === null;
    const faults = fault === null ? check.notes : [fault, ...check.notes];
    const detail = [server, alias, held, ...faults, ...unused(check)].join("; ");
    const wayOut =
      fault === null
        ? `${fillIt} sends what is missing`
        : `${restartIt}; else remove ${collection}, and ${fillIt} fills it again`;
    return { name, ok, detail, fix: ok ? null : wayOut };
  } catch (error) {
    if (!isOutpostError(error)) return { name, ok: false, detail: `internal error: ${String(error)}`, fix: null };
    return describeFailure(error, check);
  }
}

/** The latest of all: a view may still be shown out of an older generation. */
async function latestPlace({ roots, openReader }: QdrantCheck) {
  const reader = await openReader();
  try {
    let latest: { index: string; generation: number; dimensions: number } | null = null;
    for (const root of roots) {
      const place = await reader.vectorPlace(root);
      const identity = await reader.identity(root);
      if (place === null || identity === null || place.generation <= (latest?.generation ?? -1)) continue;
      latest = { ...place, dimensions: identity.dimensions };
    }
    return latest;
  } finally {
    await reader.close();
  }
}

function describeFailure(error: OutpostError, check: QdrantCheck): Check {
  // Nothing was moved there yet, and nothing has to be.
  if (error.code === "not_found" && check.engine === "embedded")
    return {
      name,
      ok: true,
      detail: [`${check.choice.url} holds nothing of this index`, ...unused(check)].join("; "),
      fix: null,
    };
  const { found, wayOut } = readFinding(error);
  // A composition names it also where it is not started.
  if (error.retryable && check.engine === "embedded")
    return { name, ok: true, detail: [found, ...unused(check)].join("; "), fix: null };
  const away = 'start it (docker compose up -d qdrant), correct qdrantUrl, or set vectors to "embedded"';
  const isAway = error.code === "timeout" || error.details["isAway"] === true;
  return { name, ok: false, detail: found, fix: isAway ? away : wayOut };
}

function unused({ engine }: QdrantCheck): string[] {
  return engine === "qdrant" ? [] : [`searches do not use it (vectors: ${engine})`];
}
