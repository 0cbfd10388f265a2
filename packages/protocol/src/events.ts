// Events: one line of a task's append-only log each; the truth about what happened. State and prompts are pure functions of them.
// Large texts are plain strings here; the store keeps them as content-addressed blobs and gives them back whole.
// Fields that came after the first version are optional: older logs are read as they were written.
import { z } from "zod";
import { ApprovalKind, ApprovalSubject } from "./approval.ts";
import { AppliedFile, ApplyConflict, Change, TestEvidence } from "./change.ts";
import { HeldDecision } from "./change-decision.ts";
import { AppliedCommit, Delivery } from "./delivery.ts";
import { RunMemory } from "./fact.ts";
import { FactDecided, FactLearned, FactProposed } from "./fact-events.ts";
import { ApprovalId, GitObjectId, RememberedDecisionId, RunId, TaskId } from "./ids.ts";
import { CallProtocol, NoticeKind, WorkState } from "./loop.ts";
import { ModelName, ModelProfile, ModelReply } from "./model.ts";
import { Plan } from "./plan.ts";
import { queueEvents } from "./queue-events.ts";
import { Coverage, Hit, UsedExpansion } from "./search.ts";
import { SecretFindingId } from "./secrets.ts";
import { ApplyTarget, RunOutcome, TaskSpec } from "./task.ts";

/**
 * What one request to a model is made of, in tokens: our estimate times `factor`, which is how many the server has counted for one of
 * ours so far. `observation`: what one observation of this step may take.
 */
export const TokenAccount = z.object({
  window: z.int(),
  system: z.int(),
  tools: z.int(),
  history: z.int(),
  /** Facts and files of the repository's memory. */
  memory: z.int().default(0),
  /** The plan and the goal again, behind the history. */
  plan: z.int().default(0),
  hits: z.int(),
  reply: z.int(),
  observation: z.int().default(0),
  factor: z.number().default(1),
});
export type TokenAccount = z.infer<typeof TokenAccount>;

/** A tool as the model sees it. `parameters`: a JSON Schema of type object. */
export const ToolSchema = z.object({
  name: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});
export type ToolSchema = z.infer<typeof ToolSchema>;

/** `read` changes nothing; `write` changes files of the worktree; `command` runs a process in the sandbox; `ask` and `end` are for the loop itself. */
export const ToolEffect = z.enum(["read", "write", "command", "ask", "end"]);
export type ToolEffect = z.infer<typeof ToolEffect>;

/** A tool of a run: what the model sees, and what it does to the world. */
export const RunTool = ToolSchema.extend({ effect: ToolEffect });
export type RunTool = z.infer<typeof RunTool>;

/** `by`: the name of the token that a person used. */
const decision = z.object({
  accepted: z.boolean(),
  reason: z.string().nullable(),
  by: z.string(),
  /** Findings of the change that the person let through. */
  allowedSecrets: z.array(SecretFindingId).optional(),
});

export const TaskEvent = z.discriminatedUnion("type", [
  /** `isProposal`: it begins with a change from outside, which the next events hold, and waits for a decision. */
  z.object({ type: z.literal("task.created"), spec: TaskSpec, by: z.string(), isProposal: z.boolean().optional() }),
  ...queueEvents,
  z.object({ type: z.literal("task.cancel_requested"), by: z.string() }),
  z.object({ type: z.literal("message.added"), text: z.string(), by: z.string() }),

  z.object({
    type: z.literal("run.started"),
    runId: RunId,
    attempt: z.int(),
    baseCommit: GitObjectId,
    model: ModelProfile,
    /** The stable prefix of every prompt of this run, kept whole so that a newer server folds the same prompts. */
    systemPrompt: z.string(),
    /** The random word that marks data in the prompts of this run. Absent in logs of before there were marks. */
    dataMark: z
      .string()
      .regex(/^[a-z0-9]{4,16}$/)
      .optional(),
    tools: z.array(RunTool),
    /** Nothing is changed before a person has approved a plan. */
    planFirst: z.boolean().optional(),
    /** Its model is asked which words the code would use that the task is about, and they are looked for as well. */
    expandsGoal: z.boolean().optional(),
    /** Of the policy that was in force when it began. */
    policyHash: z.string().nullable().optional(),
    /** What was known of the repository when it began; part of the stable prefix. */
    memory: RunMemory.optional(),
  }),
  /** Another worker took the run over from its last event. A tool call under way is reported as interrupted. */
  z.object({ type: z.literal("run.resumed"), runId: RunId, fence: z.int(), reason: z.string() }),
  z.object({
    type: z.literal("step.started"),
    step: z.int(),
    query: z.string(),
    /** The hits as packed into the prompt, and what they were. */
    packedHits: z.string(),
    hits: z.array(Hit.omit({ text: true })),
    coverage: Coverage.nullable(),
    account: TokenAccount,
    /** The words that the run's model named for the goal, asked for before this step; null, or none of them: asked for in vain. */
    expansion: UsedExpansion.nullable().optional(),
  }),
  /** History up to `throughSeq` is shown folded from here on, but for the items that still matter. */
  z.object({ type: z.literal("history.folded"), throughSeq: z.int(), keptSeqs: z.array(z.int()).optional() }),
  /** History up to `throughSeq` is no longer shown; the note stands for it. Sizes are of the prompt without hits, in estimated tokens. */
  z.object({
    type: z.literal("history.summarised"),
    throughSeq: z.int(),
    workState: WorkState,
    tokensBefore: z.int(),
    tokensAfter: z.int(),
  }),
  /** The loop said something to the model; its words, so that a newer server composes the same prompt. */
  z.object({ type: z.literal("notice.given"), kind: NoticeKind, text: z.string() }),
  /** From the next request on, calls are made this way. `instructions` are behind the system prompt from then on. */
  z.object({
    type: z.literal("protocol.changed"),
    protocol: CallProtocol,
    instructions: z.string(),
    reason: z.string(),
  }),
  /** The plan as it is now, whole. */
  z.object({ type: z.literal("plan.updated"), plan: Plan, by: z.string() }),
  z.object({ type: z.literal("model.replied"), step: z.int(), reply: ModelReply }),
  /** A model call failed. `willRetry`: the run goes on and asks again. */
  z.object({
    type: z.literal("model.failed"),
    step: z.int(),
    code: z.string(),
    message: z.string(),
    willRetry: z.boolean(),
  }),
  /** From here on another model of the chain does the work. `reason`: what was wrong with the one before. */
  z.object({ type: z.literal("model.switched"), step: z.int(), from: ModelName, to: ModelProfile, reason: z.string() }),
  z.object({
    type: z.literal("tool.called"),
    step: z.int(),
    callId: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    /** `ask`: it is not run yet; it is called again when a person accepted it. */
    verdict: z.enum(["allow", "ask", "deny"]),
    /** What the policy said of it, and by which rule. */
    reason: z.string().optional(),
    rule: z.string().nullable().optional(),
    /** For verdict `ask`: the command as the policy read it. */
    argv: z.array(z.string()).nullable().optional(),
    cwd: z.string().nullable().optional(),
    /** Of the policy that said it. */
    policyHash: z.string().nullable().optional(),
    /** The approval that allowed it. */
    approvalId: ApprovalId.nullable().optional(),
  }),
  z.object({
    type: z.literal("tool.returned"),
    callId: z.string(),
    ok: z.boolean(),
    /** As the model sees it, already cut to its share of the window. */
    observation: z.string(),
    /** Where text in it comes from that nobody here wrote, such as the network. */
    untrusted: z.string().optional(),
    interrupted: z.boolean(),
    /** The call was not run, because there is no such tool or its arguments are not what the tool takes. */
    refused: z.boolean().optional(),
    durationMs: z.int(),
    filesTouched: z.array(z.string()),
    tests: z.array(TestEvidence),
  }),
  z.object({ type: z.literal("checkpoint.created"), number: z.int(), commit: GitObjectId, files: z.array(z.string()) }),
  /** The next run begins with the worktree as it was at this checkpoint. */
  z.object({ type: z.literal("checkpoint.restored"), number: z.int(), commit: GitObjectId, by: z.string() }),
  z.object({
    type: z.literal("approval.requested"),
    approvalId: ApprovalId,
    kind: ApprovalKind,
    question: z.string(),
    options: z.array(z.string()),
    callId: z.string().nullable(),
    /** The call that is to be run. */
    subject: ApprovalSubject.nullable().optional(),
    /** Undecided by then, it is refused. */
    expiresAtMs: z.int().nullable().optional(),
  }),
  z.object({
    type: z.literal("approval.decided"),
    approvalId: ApprovalId,
    /** To a question the answer, otherwise the reason. */
    answer: z.string(),
    accepted: z.boolean(),
    by: z.string(),
    /** `expired`: nobody decided in time. */
    how: z.enum(["person", "expired"]).optional(),
    /** The same is decided the same way from now on. */
    rememberedId: RememberedDecisionId.nullable().optional(),
  }),
  FactLearned,
  FactProposed,
  FactDecided,
  /** `approvalId`: of the question what becomes of it. */
  z.object({
    type: z.literal("change.proposed"),
    change: Change,
    approvalId: ApprovalId.nullable().optional(),
  }),
  /**
   * A person decided about parts of a change. `follow`: `hold` until more is decided; `revise` and `verify`: what was accepted is the
   * commit `checkpoint`, from which the next run begins, with `paths` differing from the base.
   */
  z.object({
    type: z.literal("hunks.decided"),
    revision: z.int(),
    hunks: z.record(z.string(), HeldDecision.omit({ by: true })),
    files: z.record(z.string(), HeldDecision.omit({ by: true })),
    by: z.string(),
    follow: z.enum(["hold", "revise", "verify", "apply"]),
    checkpoint: GitObjectId.nullable(),
    paths: z.array(z.string()),
    /** For `revise`: what of the next revision counts as accepted already. */
    held: z.object({ hunks: z.array(z.string()), files: z.array(z.string()) }),
    target: ApplyTarget.nullable(),
    reason: z.string().nullable(),
    allowedSecrets: z.array(SecretFindingId).optional(),
    delivery: Delivery.optional(),
  }),
  /** The tests were run on exactly this revision; `problem`: why they could not be. */
  z.object({
    type: z.literal("change.verified"),
    revision: z.int(),
    tests: z.array(TestEvidence),
    problem: z.string().nullable(),
  }),
  /** It no longer fitted. Without conflicts a new revision on the new base follows; otherwise the next run begins from what is there now. */
  z.object({
    type: z.literal("change.rebased"),
    revision: z.int(),
    conflicts: z.array(ApplyConflict),
    by: z.string(),
  }),
  z.object({ type: z.literal("run.finished"), runId: RunId, outcome: RunOutcome }),
  /** An accepted change reached its target (for `patch`: it was handed out). `undo`: where the bytes before are kept. */
  z.object({
    type: z.literal("change.applied"),
    revision: z.int(),
    decision,
    target: z.enum(["checkout", "branch", "patch", "client"]),
    files: z.array(AppliedFile),
    undo: z.string().nullable(),
    /** The commit that it became; for `client`: on which machine. */
    commit: AppliedCommit.nullable().optional(),
    machine: z.string().optional(),
    /** What was asked for and did not happen although the change was applied: a commit, a push. */
    note: z.string().nullable().optional(),
  }),
  z.object({ type: z.literal("change.rejected"), revision: z.int(), decision }),
  /** The target was not touched; the task stays as it was. */
  z.object({
    type: z.literal("change.apply_failed"),
    revision: z.int(),
    conflicts: z.array(ApplyConflict),
    by: z.string(),
  }),
  z.object({
    type: z.literal("change.reverted"),
    revision: z.int(),
    files: z.array(AppliedFile),
    by: z.string(),
    note: z.string().nullable().optional(),
  }),
]);
export type TaskEvent = z.infer<typeof TaskEvent>;
export type TaskEventType = TaskEvent["type"];
export type TaskEventOf<Type extends TaskEventType> = Extract<TaskEvent, { type: Type }>;

export const eventVersion = 1;

/** An event as stored and served. `seq` is contiguous per task from 1; `position` grows over all tasks in commit order. */
export const EventEnvelope = z.object({
  version: z.literal(eventVersion),
  position: z.int(),
  taskId: TaskId,
  seq: z.int(),
  atMs: z.int(),
  event: TaskEvent,
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;
