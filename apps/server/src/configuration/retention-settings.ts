// Settings of how long ended tasks are kept. Part of the one schema.
import { z } from "zod";

export const retentionSettings = {
  keptTaskDays: z
    .int()
    .min(0)
    .max(3650)
    .default(180)
    .describe(
      "Ended tasks go, with their events, this long after the last one, in days; 0: never by age. At least two review periods (`reviewEveryDays`); what waits for a person stays",
    ),
  keptTasks: z
    .int()
    .min(100)
    .max(10_000_000)
    .default(5_000)
    .describe("Of more ended tasks the oldest go earlier, but not within two review periods"),
};

interface RetentionChoice {
  keptTaskDays: number;
  reviewEveryDays: number;
}

/** What is wrong with them together; null: nothing. */
export function findRetentionProblem({ keptTaskDays, reviewEveryDays }: RetentionChoice): string | null {
  const least = 2 * reviewEveryDays;
  if (keptTaskDays === 0 || keptTaskDays >= least) return null;
  return `it must be at least ${least}, two review periods (reviewEveryDays is ${reviewEveryDays}), so that every review finds all of its events; raise it, or review more often`;
}
