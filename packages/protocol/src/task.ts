// A task: what a person asked for, its bounds, and how a run of it ends.
import { z } from "zod";
import { Delivery } from "./delivery.ts";
import { GitObjectId, RepositoryId, TaskId } from "./ids.ts";
import { limits } from "./limits.ts";
import { TaskState } from "./task-states.ts";

export const Workflow = z.enum(["ask", "edit"]);
export type Workflow = z.infer<typeof Workflow>;

/** Where an accepted change goes. */
export const ApplyTarget = z.enum(["checkout", "branch", "patch", "client"]);
export type ApplyTarget = z.infer<typeof ApplyTarget>;

/** Bounds of one run. All have defaults; none can be switched off. */
export const TaskLimits = z.strictObject({
  steps: z.int().min(1).max(500).default(40),
  wallClockMs: z.int().min(1000).max(86_400_000).default(3_600_000),
  /** Prompt and reply tokens of all model calls together. */
  tokens: z.int().min(1000).max(50_000_000).default(2_000_000),
});
export type TaskLimits = z.infer<typeof TaskLimits>;

/** Bounds of a task, over all of its runs and retries. Absent: only the bounds of each run hold. */
export const TaskBudget = z.strictObject({
  steps: z.int().min(1).max(100_000).optional(),
  wallClockMs: z.int().min(1000).max(31_536_000_000).optional(),
  tokens: z.int().min(1000).max(10_000_000_000).optional(),
});
export type TaskBudget = z.infer<typeof TaskBudget>;

export const Attachment = z.strictObject({
  name: z.string().trim().min(1).max(200),
  text: z.string().min(1).max(limits.attachmentCharacters),
});
export type Attachment = z.infer<typeof Attachment>;

/** Words for people and programs that go along with a task; nothing in Outpost depends on them. */
export const TaskMetadata = z
  .record(z.string().min(1).max(50), z.string().max(500))
  .refine((metadata) => Object.keys(metadata).length <= 20, "at most 20 entries");

export const TaskSpec = z.strictObject({
  repositoryId: RepositoryId,
  instruction: z.string().trim().min(1, "an instruction is required").max(limits.instructionCharacters),
  workflow: Workflow.default("edit"),
  /** 0 (last) to 9 (first). */
  priority: z.int().min(0).max(9).default(5),
  limits: TaskLimits.default({ steps: 40, wallClockMs: 3_600_000, tokens: 2_000_000 }),
  /** `provider/name` or a name; absent: the server's default. */
  model: z.string().max(200).optional(),
  /** Whether the server's other models may take over from the one that is named here. Without a name they may anyway. */
  modelFallback: z.boolean().optional(),
  applyTarget: ApplyTarget.default("checkout"),
  /** What becomes of the change when it is accepted, unless the decision says otherwise. */
  delivery: Delivery.optional(),
  /** Texts from outside, such as an issue: data for the model, never instructions. A task that has any is tainted. */
  attachments: z.array(Attachment).max(8).optional(),
  /** What the run starts from: the source's HEAD, or HEAD plus the checkout's uncommitted files. */
  base: z.enum(["head", "dirty"]).default("head"),
  /** Everything but the apply: the change is proposed, and can be looked at and taken as a patch. */
  dryRun: z.boolean().optional(),
  /** How long a question of this task waits for a person, in milliseconds, before it counts as refused; 0: for ever; absent: as the server is set. */
  approvalExpiryMs: z.int().min(0).max(31_536_000_000).optional(),
  /** `deny`: nobody is there to be asked, so that what the policy would ask about is refused at once. Absent: as the policy says. */
  asking: z.enum(["wait", "deny"]).optional(),
  /** Make a plan first and wait until a person approves it. Absent: as the policy says. */
  plan: z.boolean().optional(),
  /** Ask the run's model once which words the code would use that the task is about. Absent: as the server is set (`expandGoals`). */
  expandGoal: z.boolean().optional(),
  /**
   * Accept the change with nobody looking, to its target and with its delivery, when the same tests passed in the sandbox before it and after
   * it. Otherwise it waits as always. Who asks for it needs the scope `approve`.
   */
  auto: z.boolean().optional(),
  metadata: TaskMetadata.optional(),
  budget: TaskBudget.optional(),
  /** Not before these have done what was asked (`answered`, `finished`, `applied`). One that fails instead leaves this one to a person. */
  after: z.array(TaskId).min(1).max(32).optional(),
  /** Not before this time, in epoch milliseconds. */
  notBeforeMs: z.int().min(0).optional(),
  /** How often a run that failed for the moment is followed by another, by itself; absent: as the server is set. */
  retries: z.int().min(0).max(20).optional(),
});
export type TaskSpec = z.infer<typeof TaskSpec>;

export const StopReason = z.enum([
  "step_limit",
  "token_limit",
  "time_limit",
  /** The conversation does not fit the model's window any more, whatever is folded. */
  "window",
  /** The same call with the same result, or two calls in turn. */
  "loop",
  "repeated_error",
  "no_progress",
  "no_reply",
  "only_thinking",
  "reply_cut",
  /** The model repeats a sentence without end. */
  "repetition",
  "malformed_calls",
  "model_unavailable",
  /** Nobody decided about its plan in time. */
  "plan_expired",
]);
export type StopReason = z.infer<typeof StopReason>;

export const Citation = z.object({ path: z.string(), startLine: z.int(), endLine: z.int() });
export type Citation = z.infer<typeof Citation>;

/** How a run ends. `revision`: the change it carries. */
export const RunOutcome = z.discriminatedUnion("type", [
  z.object({ type: z.literal("answered"), answer: z.string(), citations: z.array(Citation) }),
  z.object({ type: z.literal("proposed"), summary: z.string(), revision: z.int() }),
  z.object({ type: z.literal("finished"), summary: z.string() }),
  z.object({ type: z.literal("stopped"), reason: StopReason, message: z.string(), revision: z.int().nullable() }),
  z.object({ type: z.literal("failed"), code: z.string(), message: z.string(), retryable: z.boolean() }),
  z.object({ type: z.literal("cancelled") }),
]);
export type RunOutcome = z.infer<typeof RunOutcome>;

export const Task = z.object({
  id: TaskId,
  spec: TaskSpec,
  state: TaskState,
  /** The sequence number of its last event. */
  seq: z.int(),
  /** Number of the current or last run, from 1; 0 before the first. */
  attempt: z.int(),
  /** The newest change revision; null when there is none. */
  revision: z.int().nullable(),
  baseCommit: GitObjectId.nullable(),
  outcome: RunOutcome.nullable(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
  /** As it is now; the one that was asked for is in `spec`. */
  priority: z.int().default(5),
  /** No worker takes it before; null: at once. */
  notBeforeMs: z.int().nullable().default(null),
  /** Runs that followed a failure by themselves, since a person last had a hand in it. */
  retries: z.int().default(0),
  /** Why it is where it is: what it waits for, why it is tried again. Null: there is nothing to say. */
  reason: z.string().nullable().default(null),
});
export type Task = z.infer<typeof Task>;
