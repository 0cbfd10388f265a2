// What the routes about the code do.
import { describeLanguages, type GrammarSupport, probeGrammars } from "@outpost/indexer";
import type { JsonHandlers } from "../api/handlers.ts";
import { entryPoint } from "../process/entry-points.ts";

export function createCodeHandlers(): Pick<JsonHandlers, "listLanguages"> {
  let support: Promise<GrammarSupport> | undefined;
  return {
    async listLanguages() {
      support ??= probeGrammars(entryPoint("parser")).catch((error: unknown) => {
        support = undefined;
        throw error;
      });
      return { items: describeLanguages(await support) };
    },
  };
}
