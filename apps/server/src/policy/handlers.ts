// What the routes of the policy do.
import type { JsonHandlers } from "../api/handlers.ts";
import type { PolicyService } from "./policy-service.ts";

export function createPolicyHandlers(
  policy: PolicyService,
): Pick<JsonHandlers, "showPolicy" | "explainPolicy" | "checkPolicy"> {
  return {
    showPolicy: ({ query }) => policy.show(query.repositoryId),
    explainPolicy: ({ body }) => policy.explain(body),
    checkPolicy: ({ body }) => policy.check(body),
  };
}
