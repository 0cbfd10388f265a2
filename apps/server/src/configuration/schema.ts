// The configuration: one strict schema, the only place with defaults. The reference in docs/configuration.md is generated from it.
import { z } from "zod";
import { changeSettings } from "./change-settings.ts";
import { indexSettings } from "./index-settings.ts";
import { maintenanceSettings } from "./maintenance-settings.ts";
import { modelSettings } from "./model-settings.ts";
import { queueSettings } from "./queue-settings.ts";
import { findRetentionProblem, retentionSettings } from "./retention-settings.ts";
import { safetySettings } from "./safety-settings.ts";
import { sandboxSettings } from "./sandbox-settings.ts";
import { vectorSettings } from "./vector-settings.ts";
import { webhookSettings } from "./webhook-settings.ts";

export const Configuration = z
  .strictObject({
    dataDirectory: z.string().startsWith("/").describe("Where everything is kept: databases, mirrors, worktrees, logs"),
    host: z
      .string()
      .default("127.0.0.1")
      .describe("Address to listen on. Anything but loopback needs TLS or `behindProxy`"),
    port: z.int().min(0).max(65_535).default(7717).describe("Port to listen on; 0: any free one"),
    allowedHosts: z
      .array(z.string())
      .max(32)
      .default([])
      .describe("Names besides loopback that requests may give in Host and Origin"),
    behindProxy: z.boolean().default(false).describe("A proxy in front of the server ends TLS"),
    tlsCertificateFile: z
      .string()
      .optional()
      .describe("PEM certificate chain; with `tlsKeyFile` the server speaks HTTPS"),
    tlsKeyFile: z.string().optional().describe("PEM private key"),
    workers: z.int().min(1).max(64).default(2).describe("Tasks that are worked on at the same time"),
    leaseMs: z
      .int()
      .min(1000)
      .max(600_000)
      .default(15_000)
      .describe("How long a worker that says nothing keeps its task, in milliseconds"),
    ...queueSettings,
    ...modelSettings,
    ...vectorSettings,
    maxFileBytes: z
      .int()
      .min(1024)
      .max(100_000_000)
      .default(1_000_000)
      .describe("Larger files are not indexed, in bytes"),
    ...indexSettings,
    commandTimeoutMs: z
      .int()
      .min(1000)
      .max(86_400_000)
      .default(600_000)
      .describe("Wall clock of one command, in milliseconds"),
    commandMemoryBytes: z
      .int()
      .min(16_777_216)
      .max(1_099_511_627_776)
      .default(4_294_967_296)
      .describe("Address space of one process of a command, in bytes"),
    approvalExpiryMs: z
      .int()
      .min(0)
      .max(31_536_000_000)
      .default(604_800_000)
      .describe(
        "How long a question, plan or command waits for a person before it counts as refused, in milliseconds; 0: for ever",
      ),
    policyFile: z
      .string()
      .startsWith("/")
      .optional()
      .describe(
        "The user's rules for commands and files; absent: `outpost.policy.yaml` in the data directory, where there is one",
      ),
    ...sandboxSettings,
    ...safetySettings,
    ...changeSettings,
    ...maintenanceSettings,
    ...retentionSettings,
    ...webhookSettings,
    logLevel: z
      .enum(["silent", "error", "warn", "info", "debug"])
      .default("info")
      .describe("What is logged to standard error"),
  })
  .superRefine((given, context) => {
    const message = findRetentionProblem(given);
    if (message !== null) context.addIssue({ code: "custom", path: ["keptTaskDays"], message });
  });
export type Configuration = z.infer<typeof Configuration>;
