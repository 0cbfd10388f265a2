// What is known of all models, put together: what the servers list, what was counted, what was tested, what the chain says.
import type { ModelDirectory, ModelRecords } from "@outpost/core";
import type { ModelDetails, ModelListing, ModelStatus, ModelUsageTotals } from "@outpost/protocol";
import { type ModelService, nameOf } from "./model-service.ts";

const listTimeoutMs = 5000;

export interface ModelOverview {
  list(): Promise<ModelStatus[]>;
  /** Rejects like `ModelDirectory.open`. */
  show(name: string): Promise<ModelDetails>;
}

export function createModelOverview(parts: {
  directory: ModelDirectory;
  records: ModelRecords;
  models: Pick<ModelService, "chain" | "health">;
}): ModelOverview {
  const { directory, records, models } = parts;

  async function list(): Promise<ModelStatus[]> {
    const [listed, usage, tests] = await Promise.all([
      directory.list(AbortSignal.timeout(listTimeoutMs)),
      records.listModelUsage(),
      records.listModelTests(),
    ]);
    const testOf = (name: string) => tests.find((test) => nameOf(test) === name);
    const there = listed.map((listing): ModelStatus => describe(listing, true, usage, testOf(nameOf(listing))));
    const known = new Set(there.map(nameOf));
    const gone = usage.filter((totals) => !known.has(nameOf(totals)));
    return [...there, ...gone.map((totals) => describe(unlisted(totals), false, usage, testOf(nameOf(totals))))];
  }

  function describe(
    listing: ModelListing,
    isThere: boolean,
    usage: readonly ModelUsageTotals[],
    test: Awaited<ReturnType<ModelRecords["findModelTest"]>>,
  ): ModelStatus {
    const name = nameOf(listing);
    const place = models.chain.findIndex((wanted) => wanted === name || wanted === listing.name);
    return {
      ...listing,
      ...(test ? { conduct: test.conduct } : {}),
      place: place < 0 ? null : place + 1,
      isThere,
      health: models.health(listing),
      usage: usage.find((totals) => nameOf(totals) === name) ?? null,
      testedAtMs: test?.testedAtMs ?? null,
    };
  }

  return {
    list,
    async show(name) {
      const signal = AbortSignal.timeout(listTimeoutMs * 2);
      const profile = await (await directory.open(name, signal)).describe(signal);
      const [usage, test] = await Promise.all([records.listModelUsage(), records.findModelTest(profile)]);
      const listed = (await directory.list(signal)).find((listing) => nameOf(listing) === nameOf(profile));
      const { isLoaded = null, sizeBytes = null } = listed ?? {};
      return { model: describe({ ...profile, isLoaded, sizeBytes }, true, usage, test), test: test ?? null };
    },
  };
}

/** Known from its totals alone. */
function unlisted({ provider, name }: ModelUsageTotals): ModelListing {
  const nothing = { windowTokens: 0, canCallTools: false, canThink: false };
  return { provider, name, ...nothing, isLoaded: null, sizeBytes: null };
}
