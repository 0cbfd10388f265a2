// Approvals and remembered decisions.
import * as approvals from "../approval.ts";
import { defineRoutes } from "../route.ts";

export const approvalRoutes = defineRoutes({
  listApprovals: {
    method: "GET",
    path: "/v1/approvals",
    scope: "read",
    media: "json",
    status: 200,
    query: approvals.ListApprovalsQuery,
    reply: approvals.ApprovalPage,
    errors: ["invalid_input"],
    summary: "What waits for a person",
    description:
      "Questions, plans, commands and changes of all tasks, newest first; those that are pending unless `state` asks for others (`all`: the history, with who decided what and when).",
  },
  getApproval: {
    method: "GET",
    path: "/v1/approvals/:approvalId",
    scope: "read",
    media: "json",
    status: 200,
    reply: approvals.Approval,
    errors: ["not_found"],
    summary: "One approval",
    description: "",
  },
  decideApproval: {
    method: "POST",
    path: "/v1/approvals/:approvalId/decision",
    scope: "approve",
    media: "json",
    status: 200,
    body: approvals.DecideApprovalRequest,
    reply: approvals.Approval,
    errors: ["not_found", "conflict", "invalid_input"],
    summary: "Decide an approval",
    description:
      "The task goes on with the answer. A refusal reaches the model with its reason. `remember` decides the same command in the same directory of the same repository by itself from then on. A plan can be accepted with changes: `plan` is what it shall be; refused with a remark, a new one is made. One that was decided, expired or withdrawn is a `conflict`.",
  },
  listRememberedDecisions: {
    method: "GET",
    path: "/v1/remembered-decisions",
    scope: "read",
    media: "json",
    status: 200,
    query: approvals.ListRememberedQuery,
    reply: approvals.RememberedDecisionList,
    errors: [],
    summary: "Decisions that hold from now on",
    description:
      "Which commands are accepted or refused without asking, in which repository, and who said so. Newest first.",
  },
  revokeRememberedDecision: {
    method: "DELETE",
    path: "/v1/remembered-decisions/:rememberedId",
    scope: "approve",
    media: "json",
    status: 200,
    reply: approvals.RememberedDecision,
    errors: ["not_found"],
    summary: "Ask again from now on",
    description: "The record stays, with who revoked it and when.",
  },
});
