// The settings of what keeps secrets in and floods out, as a part of the configuration's schema.
import { SecretFindingId } from "@outpost/protocol";
import { z } from "zod";

export const safetySettings = {
  secretVariables: z
    .array(z.string().min(1))
    .max(200)
    .default([])
    .describe(
      "Environment variables of the server whose values are secrets, besides those whose names say so (TOKEN, SECRET, PASSWORD, API_KEY …)",
    ),
  secretFiles: z
    .array(z.string().min(1))
    .max(50)
    .default([])
    .describe("Files whose content is a secret: one value, or a list of variables as in .env"),
  allowedSecrets: z
    .array(SecretFindingId)
    .max(1000)
    .default([])
    .describe("Findings (`rule:hash`, as in a mark) that are no secrets, such as keys of test data"),
  requestsPerMinute: z
    .int()
    .min(10)
    .max(10_000_000)
    .default(3000)
    .describe("Requests that one token may send, on average; twice as many from one address"),
  auditRows: z
    .int()
    .min(100)
    .max(100_000_000)
    .default(100_000)
    .describe("Entries of the audit log that are kept; the chain stays verifiable from the oldest"),
  keptOutputDays: z
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe("How long the outputs of a task's commands are kept after its end, in days"),
} as const;
