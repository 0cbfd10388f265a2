// Deletes what no view shows any more, in bounded transactions. Must not run while anything is indexed: what is stored and not shown yet
// is an orphan too.
import type { CatalogWriter } from "@outpost/retrieval";
import { defaultPipelineLimits } from "./limits.ts";

/** Returns how many entries went. `mayGoOn` is asked before each transaction. */
export async function collectOrphans(
  catalog: CatalogWriter,
  mayGoOn: () => boolean,
  orphansPerCall: number = defaultPipelineLimits.orphansPerCall,
): Promise<number> {
  let collected = 0;
  while (mayGoOn()) {
    const count = await catalog.collectOrphans(orphansPerCall);
    collected += count;
    if (count < orphansPerCall) break;
    await new Promise(setImmediate);
  }
  return collected;
}
