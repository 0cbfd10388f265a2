// What the routes about the code do.
import { describeLanguages, type GrammarSupport, probeGrammars } from "@outpost/indexer";
import type { RepositoryId } from "@outpost/protocol";
import type { JsonHandlers } from "../api/handlers.ts";
import { checkoutView } from "../indexing/messages.ts";
import type { PolicyService } from "../policy/policy-service.ts";
import { assertOpen } from "../policy/policy-source.ts";
import { entryPoint } from "../process/entry-points.ts";
import type { RepositoryService } from "../repositories/repository-service.ts";
import type { CodeService } from "./code-service.ts";
import type { CodeView } from "./loaded-symbols.ts";

export interface CodeHandlerPorts {
  code: CodeService;
  policy: PolicyService;
  repositories: RepositoryService;
}

type CodeRoute = "listLanguages" | "findSymbols" | "findReferences" | "mapRepository" | "explainPath" | "findRelated";

export function createCodeHandlers({ code, policy, repositories }: CodeHandlerPorts): Pick<JsonHandlers, CodeRoute> {
  let support: Promise<GrammarSupport> | undefined;

  async function viewOf(repositoryId: RepositoryId): Promise<CodeView> {
    const { id } = await repositories.get(repositoryId);
    const rules = await policy.policyOf(id);
    assertOpen(rules);
    return { viewId: checkoutView(id), files: rules.files };
  }

  return {
    async listLanguages() {
      support ??= probeGrammars(entryPoint("parser")).catch((error: unknown) => {
        support = undefined;
        throw error;
      });
      return { items: describeLanguages(await support) };
    },
    findSymbols: async ({ query }) => code.symbols(await viewOf(query.repositoryId), query),
    findReferences: async ({ query }) => code.references(await viewOf(query.repositoryId), query),
    mapRepository: async ({ query }) => code.map(await viewOf(query.repositoryId), query),
    explainPath: async ({ query }) => code.explain(await viewOf(query.repositoryId), query),
    findRelated: async ({ query }) => code.related(await viewOf(query.repositoryId), query),
  };
}
