// The events of a repository's memory, in the log of the task that learned. None of them changes the task's state.
import { z } from "zod";
import { LearnedFact } from "./fact.ts";
import { ApprovalId } from "./ids.ts";

/** The repository's memory holds it from now on. */
export const FactLearned = z.object({ type: z.literal("fact.learned"), fact: LearnedFact });

/** A person is asked whether it is to be remembered, while the task goes on. `reason`: why that is asked. */
export const FactProposed = z.object({
  type: z.literal("fact.proposed"),
  approvalId: ApprovalId,
  fact: LearnedFact,
  reason: z.string(),
  expiresAtMs: z.int().nullable(),
});

/** When it is accepted, `fact.learned` follows in the same append. */
export const FactDecided = z.object({
  type: z.literal("fact.decided"),
  approvalId: ApprovalId,
  accepted: z.boolean(),
  answer: z.string(),
  by: z.string(),
  how: z.enum(["person", "expired"]),
});
