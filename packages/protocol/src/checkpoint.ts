// Checkpoints of a task, as people see them.
import { z } from "zod";
import { GitObjectId } from "./ids.ts";

export const Checkpoint = z.object({
  /** Counts up over the runs of a task; 0: a change from outside. */
  number: z.int(),
  /** From 1; 0 before the first. */
  runNumber: z.int(),
  commit: GitObjectId,
  files: z.array(z.string()),
  atMs: z.int(),
  /** The next run begins with it. */
  isCurrent: z.boolean(),
  /** Whether its files are still there; those of tasks that ended are collected, except the last of each run. */
  isKept: z.boolean(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;
export const CheckpointList = z.object({ items: z.array(Checkpoint) });
export type CheckpointList = z.infer<typeof CheckpointList>;
