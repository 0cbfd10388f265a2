// A plan: what a task intends to do, before and while it does it. Written by the model (or a person who edits it), tracked by events.
import { z } from "zod";

export const PlanStepState = z.enum(["pending", "active", "done", "skipped"]);
export type PlanStepState = z.infer<typeof PlanStepState>;

const line = z.string().trim().min(1).max(300);

export const PlanStep = z.object({ text: line, state: PlanStepState.default("pending") });
export type PlanStep = z.infer<typeof PlanStep>;

export const Plan = z.object({
  steps: z.array(PlanStep).min(1).max(20),
  filesToRead: z.array(line).max(30).default([]),
  filesToModify: z.array(line).max(30).default([]),
  assumptions: z.array(line).max(10).default([]),
  /** Commands or names of tests. */
  tests: z.array(line).max(10).default([]),
});
export type Plan = z.infer<typeof Plan>;
