// The audit log.
import * as audit from "../audit.ts";
import { defineRoutes } from "../route.ts";

export const auditRoutes = defineRoutes({
  listAudit: {
    method: "GET",
    path: "/v1/audit",
    scope: "admin",
    media: "json",
    status: 200,
    query: audit.ListAuditQuery,
    reply: audit.AuditPage,
    errors: ["invalid_input"],
    summary: "The audit log, newest first",
    description:
      "Commands, judged calls, approvals, decisions on changes, tokens, changes of the policy. `before` pages backwards; `taskId` shows one task's.",
  },
  verifyAudit: {
    method: "GET",
    path: "/v1/audit/verification",
    scope: "admin",
    media: "json",
    status: 200,
    query: audit.VerifyAuditQuery,
    reply: audit.AuditVerification,
    errors: ["invalid_input"],
    summary: "Verify the audit log",
    description:
      "Computes every hash of the chain anew. Note the `head` down elsewhere and give it the next time: a log that was written anew no longer holds it.",
  },
});
