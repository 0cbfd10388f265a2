// What the routes of facts do.
import { FactId } from "@outpost/protocol";
import type { JsonHandlers } from "../api/handlers.ts";
import { nameOf, parseId, repositoryOf } from "../api/parameters.ts";
import type { FactService } from "./fact-service.ts";

export function createFactHandlers(
  facts: FactService,
): Pick<JsonHandlers, "listFacts" | "addFact" | "changeFact" | "removeFact"> {
  const factOf = (params: Record<string, string>) => parseId(FactId, params["factId"], "fact");
  return {
    listFacts: ({ params }) => facts.list(repositoryOf(params)),
    addFact: ({ params, body, token }) => facts.add(repositoryOf(params), body, nameOf(token)),
    changeFact: ({ params, body, token }) => facts.change(repositoryOf(params), factOf(params), body, nameOf(token)),
    removeFact: ({ params, token }) => facts.remove(repositoryOf(params), factOf(params), nameOf(token)),
  };
}
