// The commands of a task, as they are kept beside its events: what ran, how it ended, and what it printed.
import { z } from "zod";

/** `running`; `ended`; `lost`: it ended with the run or the worker that had started it. */
export const CommandState = z.enum(["running", "ended", "lost"]);
export type CommandState = z.infer<typeof CommandState>;

export const TaskCommand = z.object({
  /** "c1", "c2" …, in the order of starts. */
  name: z.string(),
  argv: z.array(z.string()),
  /** Relative to the worktree. */
  cwd: z.string(),
  background: z.boolean(),
  state: CommandState,
  startedAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  /** Null while it runs, and when it ended by a signal or never ran. */
  exitCode: z.int().nullable(),
  /** As in the sandbox's result, or the code of the error that kept it from running. Null while it runs or when it was lost. */
  ended: z.string().nullable(),
  /** What it printed, as far as it is known. */
  printedBytes: z.int(),
  /** What can be read of it; known secrets are marks in it. */
  keptBytes: z.int(),
});
export type TaskCommand = z.infer<typeof TaskCommand>;
export const TaskCommandList = z.object({ items: z.array(TaskCommand) });
export type TaskCommandList = z.infer<typeof TaskCommandList>;

export const maxOutputPageBytes = 262_144;

export const ReadOutputQuery = z.strictObject({
  /** Where to begin, in bytes of what is kept. */
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(maxOutputPageBytes).default(65_536),
});
export type ReadOutputQuery = z.infer<typeof ReadOutputQuery>;

export const OutputPage = z.object({
  command: TaskCommand,
  /** Whole characters: a page may hold a few bytes less than its limit. Standard output and error as they came. */
  text: z.string(),
  offset: z.int(),
  /** Where the next page begins; null at the end of what is there by now. */
  nextOffset: z.int().nullable(),
});
export type OutputPage = z.infer<typeof OutputPage>;
