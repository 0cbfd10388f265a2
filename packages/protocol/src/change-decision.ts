// Deciding a change: as a whole, per file, per hunk. Accepted hunks are held until everything is decided, then applied together.
import { z } from "zod";
import { AppliedFile, Change } from "./change.ts";
import { AppliedCommit, Delivery } from "./delivery.ts";
import { GitObjectId } from "./ids.ts";
import { SecretFindingId } from "./secrets.ts";
import { ApplyTarget, Task } from "./task.ts";

const verdict = z.enum(["accept", "reject"]);
const reason = z.string().max(4000);

export const FileVerdict = z.strictObject({ decision: verdict, reason: reason.optional() });
export type FileVerdict = z.infer<typeof FileVerdict>;

export const HunkVerdict = FileVerdict.extend({
  /** For `accept`: the hunk's new lines (context and added ones) as they are to be instead, without terminators. */
  lines: z.array(z.string().max(100_000)).max(20_000).optional(),
});
export type HunkVerdict = z.infer<typeof HunkVerdict>;

/**
 * What happens when everything is decided. `revise`: rejected hunks go back to the model with their reasons, the accepted ones stay
 * and are held. `apply`: the accepted ones are applied, the task goes no further. `hold`: nothing yet, whatever is decided.
 */
export const FollowUp = z.enum(["revise", "apply", "hold"]);
export type FollowUp = z.infer<typeof FollowUp>;

/** An id or path that the revision does not have is `invalid_input`; a revision that is not the newest is refused with `conflict`. */
export const DecideChangeRequest = z
  .strictObject({
    /** Of everything that `hunks` and `files` do not name and that is not decided yet. */
    decision: verdict.optional(),
    reason: reason.optional(),
    hunks: z.record(z.string(), HunkVerdict).optional(),
    /** By path: all of a file's hunks, and files that have none. */
    files: z.record(z.string(), FileVerdict).optional(),
    /** Absent: `revise` when hunks or files were rejected one by one, else `apply`. */
    follow: FollowUp.optional(),
    /** Whether tests that were run on the whole are run again on a part before it is applied (default: yes); otherwise the part is labelled untested. */
    retest: z.boolean().optional(),
    /** Instead of the task's own target. */
    target: ApplyTarget.optional(),
    /** Findings of the change (`secrets[].id`) that may go where it goes; without them an accept is refused with `conflict`. */
    allowSecrets: z.array(SecretFindingId).max(200).optional(),
    delivery: Delivery.optional(),
    /** Nobody looked at it. Refused with `forbidden` where the task has read text from outside and the change is pushed, or touches what names dependencies. */
    unattended: z.boolean().optional(),
  })
  .refine(({ decision, hunks, files }) => decision ?? hunks ?? files, "say what is decided: decision, hunks or files");
export type DecideChangeRequest = z.infer<typeof DecideChangeRequest>;

export const DecideChangeResponse = z.object({
  task: Task,
  files: z.array(AppliedFile),
  /** For target `patch`: the diff, for `git apply`. */
  patch: z.string().nullable(),
  commit: AppliedCommit.nullable().optional(),
  /** What was asked for and did not happen although the change was applied. */
  note: z.string().nullable().optional(),
  /** `held`: something is undecided. `revising`: the model works on what was rejected. `verifying`: the tests run on what was accepted, then it is applied unless they are worse. `ready`: what was accepted is the newest revision, for a client to apply and report. */
  outcome: z.enum(["applied", "rejected", "held", "revising", "verifying", "ready"]).optional(),
  /** Hunks, and paths of files without hunks, that are not decided yet. */
  undecided: z.array(z.string()).optional(),
});
export type DecideChangeResponse = z.infer<typeof DecideChangeResponse>;

/** One decision as it is kept. */
export const HeldDecision = z.object({
  decision: verdict,
  reason: z.string().nullable(),
  by: z.string(),
  lines: z.array(z.string()).nullable(),
});
export type HeldDecision = z.infer<typeof HeldDecision>;

/** A change with what was decided about it so far. */
export const ChangeView = Change.extend({
  decisions: z
    .object({ hunks: z.record(z.string(), HeldDecision), files: z.record(z.string(), HeldDecision) })
    .optional(),
  /** The first text from outside that the task has read, in words; null: none. */
  taint: z.string().nullable().optional(),
  /** For a task with `auto`: why this change waits for a person all the same; null: it does not. */
  notAutomatic: z.string().nullable().optional(),
});
export type ChangeView = z.infer<typeof ChangeView>;

export const RebaseChangeResponse = z.object({
  task: Task,
  /** `revised`: a new revision on top of what is there now. `sent_back`: the lines conflict, and the model does it again from there. */
  outcome: z.enum(["revised", "sent_back"]),
  baseCommit: GitObjectId,
});
export type RebaseChangeResponse = z.infer<typeof RebaseChangeResponse>;
