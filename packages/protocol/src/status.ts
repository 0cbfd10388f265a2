// What the server says of itself.
import { z } from "zod";
import { ModelProfile } from "./model.ts";
import { WorkerRecord } from "./queue.ts";
import { TaskState } from "./task-states.ts";

/** One thing `doctor` looked at. `fix`: what to do, when it is not ok. */
export const Check = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  fix: z.string().nullable(),
});
export type Check = z.infer<typeof Check>;

export const SandboxStatus = z.object({
  /** `declared`: none of Outpost's own; the operator said that the surroundings are the sandbox. */
  kind: z.enum(["bubblewrap", "container", "declared", "none"]),
  /** What kind of it: the engine and image of containers, the declared name. Empty where there is nothing to add. */
  name: z.string().default(""),
  /** Whether commands may run: the self-test tried the forbidden things and failed at each, or the operator declared a sandbox. */
  ready: z.boolean(),
  /** What memory, processes and processor are bounded for: each command as a whole (a control group), or each process by itself. */
  limits: z.enum(["command", "process"]).default("process"),
  checks: z.array(Check),
});
export type SandboxStatus = z.infer<typeof SandboxStatus>;

export const ServerStatus = z.object({
  version: z.string(),
  startedAtMs: z.int(),
  dataDirectory: z.string(),
  repositories: z.int(),
  tasksByState: z.partialRecord(TaskState, z.int()),
  workers: z.object({
    running: z.int(),
    limit: z.int(),
    restarts: z.int(),
    /** In processes of their own, besides `running`. */
    joined: z.int().optional(),
  }),
  /** Which worker holds which task. */
  busyWorkers: z.array(WorkerRecord).default([]),
  indexer: z.object({ running: z.boolean(), restarts: z.int() }),
  model: ModelProfile.nullable(),
  sandbox: SandboxStatus,
  memoryBytes: z.int(),
});
export type ServerStatus = z.infer<typeof ServerStatus>;

export const DoctorReport = z.object({ ok: z.boolean(), checks: z.array(Check) });
export type DoctorReport = z.infer<typeof DoctorReport>;
