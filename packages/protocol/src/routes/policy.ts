// The policy: what is in force, what it says of a command, what is wrong with a file.
import * as judgement from "../policy/judgement.ts";
import { defineRoutes } from "../route.ts";

export const policyRoutes = defineRoutes({
  showPolicy: {
    method: "GET",
    path: "/v1/policy",
    scope: "read",
    media: "json",
    status: 200,
    query: judgement.ShowPolicyQuery,
    reply: judgement.PolicyReport,
    errors: ["not_found"],
    summary: "The policy in force",
    description:
      "Every rule with its place, the settings, and the files they come from. With `repositoryId`: together with the repository's file in the last imported commit, which can only tighten.",
  },
  explainPolicy: {
    method: "POST",
    path: "/v1/policy/explain",
    scope: "read",
    media: "json",
    status: 200,
    body: judgement.ExplainPolicyRequest,
    reply: judgement.ExplainPolicyResponse,
    errors: ["not_found", "invalid_input"],
    summary: "What the policy says of a command",
    description:
      "The verdict, the rule with its file and line, and every program that was found inside. Nothing is run.",
  },
  checkPolicy: {
    method: "POST",
    path: "/v1/policy/check",
    scope: "read",
    media: "json",
    status: 200,
    body: judgement.CheckPolicyRequest,
    reply: judgement.CheckPolicyResponse,
    errors: [],
    summary: "What is wrong with a policy file",
    description: "Reads the text as an outpost.policy.yaml and runs the examples of its rules. Nothing is stored.",
  },
});
