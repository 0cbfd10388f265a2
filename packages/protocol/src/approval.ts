// Approvals: one mechanism for every question to a person (an answer, a plan, a command, a change, a fact to remember) and its decision. What is listed here
// is computed from a task's events; the events are the audit trail.
import { z } from "zod";
import { LearnedFact } from "./fact.ts";
import { ApprovalId, RememberedDecisionId, RepositoryId, TaskId } from "./ids.ts";
import { limits } from "./limits.ts";
import { Plan } from "./plan.ts";

export const ApprovalKind = z.enum(["question", "plan", "command", "change", "fact"]);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/** `withdrawn`: the task went on or ended without the decision (cancelled, a newer change). */
export const ApprovalState = z.enum(["pending", "accepted", "refused", "expired", "withdrawn"]);
export type ApprovalState = z.infer<typeof ApprovalState>;

/** The tool call that is asked about, and why. A remembered decision holds for exactly this. */
export const ApprovalSubject = z.object({
  toolName: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** For commands: the program with its arguments, and where it runs, relative to the worktree. */
  argv: z.array(z.string()).nullable(),
  cwd: z.string().nullable(),
  /** Why the policy asks, and the rule that says so. */
  reason: z.string(),
  rule: z.string().nullable(),
  /** Of the policy that asks; a decision holds for this one only. */
  policyHash: z.string().nullable().optional(),
});
export type ApprovalSubject = z.infer<typeof ApprovalSubject>;

export const Approval = z.object({
  id: ApprovalId,
  taskId: TaskId,
  repositoryId: RepositoryId,
  kind: ApprovalKind,
  state: ApprovalState,
  question: z.string(),
  options: z.array(z.string()),
  subject: ApprovalSubject.nullable(),
  /** Of the change that is to be decided. */
  revision: z.int().nullable(),
  /** What is to be remembered of the repository. */
  fact: LearnedFact.nullable().optional(),
  requestedAtMs: z.int(),
  /** Undecided by then, it counts as refused. Null: it waits for as long as it takes. */
  expiresAtMs: z.int().nullable(),
  decidedAtMs: z.int().nullable(),
  /** The answer, or the reason that was given. */
  answer: z.string().nullable(),
  /** The name of the token of who decided. */
  by: z.string().nullable(),
  rememberedId: RememberedDecisionId.nullable(),
});
export type Approval = z.infer<typeof Approval>;

/** "Always" or "never" in one repository, for exactly one command in one directory (or one tool with exactly these arguments). */
export const RememberedDecision = z.object({
  id: RememberedDecisionId,
  repositoryId: RepositoryId,
  accepted: z.boolean(),
  subject: ApprovalSubject,
  approvalId: ApprovalId,
  answer: z.string(),
  by: z.string(),
  createdAtMs: z.int(),
  revokedAtMs: z.int().nullable(),
  revokedBy: z.string().nullable(),
});
export type RememberedDecision = z.infer<typeof RememberedDecision>;

const cursor = z.string().max(200).optional();

export const ListApprovalsQuery = z.strictObject({
  state: ApprovalState.or(z.literal("all")).default("pending"),
  kind: ApprovalKind.optional(),
  taskId: TaskId.optional(),
  repositoryId: RepositoryId.optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(limits.pageItems).default(50),
});
export type ListApprovalsQuery = z.infer<typeof ListApprovalsQuery>;
export const ApprovalPage = z.object({ items: z.array(Approval), nextCursor: z.string().nullable() });
export type ApprovalPage = z.infer<typeof ApprovalPage>;

export const DecideApprovalRequest = z.strictObject({
  accepted: z.boolean().default(true),
  /** The answer to a question; otherwise the reason, which the model sees when it was refused. */
  answer: z.string().max(limits.instructionCharacters).default(""),
  /** Decide the same way by itself, in this repository, for exactly this command. */
  remember: z.boolean().default(false),
  /** Of a plan that is accepted: what it shall be instead. */
  plan: Plan.optional(),
});
export type DecideApprovalRequest = z.infer<typeof DecideApprovalRequest>;

export const ListRememberedQuery = z.strictObject({
  repositoryId: RepositoryId.optional(),
  /** Also those that were revoked. */
  revoked: z.enum(["true", "false"]).default("false"),
});
export type ListRememberedQuery = z.infer<typeof ListRememberedQuery>;
export const RememberedDecisionList = z.object({ items: z.array(RememberedDecision) });
export type RememberedDecisionList = z.infer<typeof RememberedDecisionList>;

/**
 * What a remembered decision is found by: the program, its arguments and its directory; for other tools all arguments. Equal for
 * equal data, whatever the order of keys.
 */
export function subjectKey(subject: Omit<ApprovalSubject, "reason" | "rule">): string {
  const { toolName, argv, cwd, arguments: given, policyHash } = subject;
  const key = argv === null ? [toolName, sortKeys(given)] : [toolName, argv, cwd ?? "."];
  return JSON.stringify(policyHash ? [...key, policyHash] : key);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return pairs.map(([key, item]) => [key, sortKeys(item)]);
}
