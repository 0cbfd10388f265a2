// What the routes of the audit log do.
import type { TaskStore } from "@outpost/core";
import type { JsonHandlers } from "../api/handlers.ts";

export function createAuditHandlers({ store }: { store: TaskStore }): Pick<JsonHandlers, "listAudit" | "verifyAudit"> {
  return {
    listAudit: async ({ query: { before, taskId, limit } }) => ({
      items: await store.listAudit({ limit, ...(before && { before }), ...(taskId && { taskId }) }),
    }),
    verifyAudit: ({ query }) => store.verifyAudit(query.head),
  };
}
