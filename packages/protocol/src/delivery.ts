// What becomes of an accepted change besides its files: a commit, on which branch, pushed where; and taking it back.
import { z } from "zod";
import { GitObjectId } from "./ids.ts";

/** How an accepted change is handed over. Absent values: the task's, then the defaults. */
export const Delivery = z.strictObject({
  /** For target `branch`: its name. Default `outpost/` and the task's id. Never one that is checked out, never a protected one. */
  branch: z.string().min(1).max(200).optional(),
  /** For target `checkout`: commit the applied paths on the branch that is checked out. */
  commit: z.boolean().optional(),
  /** Push the commit's branch to the remote that the operator configured for the repository. Never forced. */
  push: z.boolean().optional(),
});
export type Delivery = z.infer<typeof Delivery>;

/** The commit that an accepted change became. */
export const AppliedCommit = z.object({
  branch: z.string(),
  commit: GitObjectId,
  /** What the branch named before; null: it was made. */
  previous: GitObjectId.nullable(),
  /** The remote's name for people, without credentials; null: not pushed. */
  pushedTo: z.string().nullable(),
});
export type AppliedCommit = z.infer<typeof AppliedCommit>;

export const RevertRequest = z.strictObject({
  /** Keep what changed since and take only the change out, where that merges without conflict. */
  threeWay: z.boolean().default(false),
});
export type RevertRequest = z.infer<typeof RevertRequest>;
