// The audit log: what was run, who decided what, who may use the server. Append-only; each entry's hash covers the one before it.
import { z } from "zod";
import { ApprovalId, FactId, RepositoryId, TaskId, TokenId } from "./ids.ts";
import { SecretFindingId } from "./secrets.ts";
import { ApplyTarget } from "./task.ts";
import { Scope } from "./tokens.ts";

/** A command of a task. `rule`: of the command policy; null: none spoke. `sandbox`: what it ran in. */
const command = { taskId: TaskId, argv: z.array(z.string()), cwd: z.string(), sandbox: z.string() };

/** A policy file is not as it was when it was last used. */
const PolicyChanged = z.object({
  type: z.literal("policy.changed"),
  /** The server's own file, by its path, or a repository's. */
  source: z.string(),
  /** SHA-256 of its text before and now, in hexadecimal; null: there was, or is, none. */
  before: z.string().nullable().default(null),
  sha256: z.string().nullable(),
  /** Whose and when, as far as the file or the commit says; and what is wrong with it. */
  detail: z.string(),
  /** Whose run met it first; null: the server's own file. */
  taskId: TaskId.nullable().default(null),
});
export type PolicyChanged = z.infer<typeof PolicyChanged>;

export const AuditRecord = z.discriminatedUnion("type", [
  z.object({ type: z.literal("server.started"), version: z.string(), sandbox: z.string(), sandboxReady: z.boolean() }),
  /** Written before the command starts: one without its end was cut off. */
  z.object({ type: z.literal("command.started"), ...command }),
  z.object({
    type: z.literal("command.ended"),
    ...command,
    /** Null when it ended by a signal or never ran. */
    exitCode: z.int().nullable(),
    /** As in the sandbox's result, or the code of the error that kept it from running. */
    ended: z.string(),
    durationMs: z.int(),
  }),
  /** A tool call that the policy judged: refused, or run because it or a person allowed it. */
  z.object({
    type: z.literal("call.judged"),
    taskId: TaskId,
    callId: z.string(),
    tool: z.string(),
    /** Of the call, as JSON, cut. */
    arguments: z.string(),
    verdict: z.enum(["allow", "ask", "deny"]),
    rule: z.string().nullable(),
  }),
  z.object({
    type: z.literal("approval.decided"),
    taskId: TaskId,
    approvalId: ApprovalId,
    accepted: z.boolean(),
    answer: z.string(),
    by: z.string(),
  }),
  z.object({
    type: z.literal("change.accepted"),
    taskId: TaskId,
    revision: z.int(),
    target: ApplyTarget,
    allowedSecrets: z.array(SecretFindingId),
    by: z.string(),
  }),
  z.object({ type: z.literal("change.rejected"), taskId: TaskId, revision: z.int(), by: z.string() }),
  z.object({ type: z.literal("change.reverted"), taskId: TaskId, revision: z.int(), by: z.string() }),
  z.object({
    type: z.literal("token.created"),
    tokenId: TokenId,
    name: z.string(),
    scopes: z.array(Scope),
    expiresAtMs: z.int().nullable(),
    by: z.string(),
  }),
  /** A person wrote, changed or dropped what later tasks are told of a repository. */
  z.object({
    type: z.literal("fact.changed"),
    repositoryId: RepositoryId,
    factId: FactId,
    action: z.enum(["added", "changed", "removed"]),
    text: z.string(),
    by: z.string(),
  }),
  /** Ended tasks were removed, with their events: `fromMs` to `toMs` is when they had ended. */
  z.object({ type: z.literal("tasks.removed"), tasks: z.int(), events: z.int(), fromMs: z.int(), toMs: z.int() }),
  /** The database was damaged, and made anew from what could be read of it. */
  z.object({
    type: z.literal("tasks.salvaged"),
    tasks: z.object({ whole: z.int(), cut: z.int(), begunAgain: z.int(), lost: z.int() }),
    events: z.object({ placed: z.int(), unplaced: z.int(), lost: z.int() }),
  }),
  z.object({ type: z.literal("token.revoked"), tokenId: TokenId, name: z.string(), by: z.string() }),
  PolicyChanged,
]);
export type AuditRecord = z.infer<typeof AuditRecord>;

/** `hash`: SHA-256 of the entry before and of this one's `seq`, `atMs` and record, in hexadecimal. */
export const AuditEntry = z.object({ seq: z.int(), atMs: z.int(), record: AuditRecord, hash: z.string() });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Newest first. */
export const ListAuditQuery = z.strictObject({
  /** Only entries before this one. */
  before: z.coerce.number().int().min(1).optional(),
  taskId: TaskId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListAuditQuery = z.infer<typeof ListAuditQuery>;
export const AuditPage = z.object({ items: z.array(AuditEntry) });
export type AuditPage = z.infer<typeof AuditPage>;

export const VerifyAuditQuery = z.strictObject({
  /** A head that was noted down before, `seq:hash`: the chain must still hold it. */
  head: z
    .string()
    .regex(/^\d{1,15}:[0-9a-f]{64}$/, "expected a head like 12:ab…")
    .optional(),
});
export type VerifyAuditQuery = z.infer<typeof VerifyAuditQuery>;

export const AuditVerification = z.object({
  ok: z.boolean(),
  entries: z.int(),
  /** The oldest that is kept; older ones were dropped by the bound. Null: there is none. */
  firstSeq: z.int().nullable(),
  /** `seq:hash` of the newest. Whoever notes it down can tell later whether the log was written anew. */
  head: z.string().nullable(),
  /** What is wrong, when it is not ok. */
  problem: z.string().nullable(),
});
export type AuditVerification = z.infer<typeof AuditVerification>;
