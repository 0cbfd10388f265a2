// What the routes of approvals do.
import type { TaskStore } from "@outpost/core";
import { ApprovalId, RememberedDecisionId } from "@outpost/protocol";
import type { JsonHandlers } from "../api/handlers.ts";
import { nameOf, parseId, taskOf } from "../api/parameters.ts";
import type { ApprovalService } from "./approval-service.ts";

type ApprovalRoutes =
  | "listApprovals"
  | "getApproval"
  | "decideApproval"
  | "answerApproval"
  | "listRememberedDecisions"
  | "revokeRememberedDecision";

export function createApprovalHandlers(ports: {
  approvals: ApprovalService;
  store: TaskStore;
  nowMs: () => number;
}): Pick<JsonHandlers, ApprovalRoutes> {
  const { approvals, store, nowMs } = ports;
  const approvalOf = (params: Record<string, string>) => parseId(ApprovalId, params["approvalId"], "approval");
  return {
    listApprovals: ({ query }) => approvals.list(query),
    getApproval: ({ params }) => approvals.get(approvalOf(params)),
    decideApproval: ({ params, body, token }) => approvals.decide(approvalOf(params), body, nameOf(token)),
    /** Of before there was a list of approvals: named by its task, answered with the task. */
    async answerApproval({ params, body, token }) {
      const taskId = taskOf(params);
      await approvals.decideOf(taskId, approvalOf(params), { ...body, remember: false }, nameOf(token));
      return store.getTask(taskId);
    },
    listRememberedDecisions: async ({ query: { repositoryId, revoked } }) => ({
      items: await store.listRememberedDecisions({
        withRevoked: revoked === "true",
        ...(repositoryId && { repositoryId }),
      }),
    }),
    revokeRememberedDecision: ({ params, token }) =>
      store.revokeRememberedDecision(
        parseId(RememberedDecisionId, params["rememberedId"], "remembered decision"),
        nameOf(token),
        nowMs(),
      ),
  };
}
