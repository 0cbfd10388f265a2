// Patches from outside: a unified diff that becomes a change of a task of its own.
import { z } from "zod";
import { limits } from "./limits.ts";
import { ApplyTarget, Task } from "./task.ts";

export const PatchRequest = z.strictObject({
  patch: z.string().min(1).max(limits.patchBodyBytes),
  /** `base64`: for patches of files that are not UTF-8. */
  encoding: z.enum(["utf8", "base64"]).default("utf8"),
  /** What it is, for people and for a commit's subject. */
  title: z.string().trim().min(1).max(1000).default("a patch from outside"),
  /** What it is applied to: the source's HEAD, or HEAD plus the checkout's uncommitted files. */
  base: z.enum(["head", "dirty"]).default("head"),
  applyTarget: ApplyTarget.default("checkout"),
});
export type PatchRequest = z.infer<typeof PatchRequest>;

/** A hunk that did not fit exactly where it said. */
export const PatchPlacement = z.object({
  path: z.string(),
  /** From 1, within the file. */
  hunk: z.int(),
  /** Lines between where it said and where it went. */
  offset: z.int(),
  /** Context lines that were left out at each end. */
  fuzz: z.int(),
  /** The file's line ends were taken instead of the patch's. */
  lineEndings: z.boolean(),
});
export type PatchPlacement = z.infer<typeof PatchPlacement>;

export const PatchResponse = z.object({ task: Task, placements: z.array(PatchPlacement) });
export type PatchResponse = z.infer<typeof PatchResponse>;
