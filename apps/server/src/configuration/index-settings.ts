// The settings of how the index keeps up with its sources, as a part of the configuration's schema.
import { z } from "zod";

export const indexSettings = {
  indexFollow: z
    .enum(["watch", "poll", "off"])
    .default("watch")
    .describe(
      "How the index of a repository follows its source once there is one: `watch` is told of changes by the system, `poll` looks in turns (network disks tell nobody), `off` leaves it to `outpost index`",
    ),
  indexPollMs: z
    .int()
    .min(1000)
    .max(86_400_000)
    .default(10_000)
    .describe(
      "Between two looks at a source that is not watched, in milliseconds; longer where looking takes more than a twentieth of the time",
    ),
  expandGoals: z
    .boolean()
    .default(true)
    .describe(
      "Whether a run asks its model once which words the code would use that its task is about, and looks for them as well: a short answer more, and hits for what is told in other words. The built-in rules are not asked; a task may say otherwise (`expandGoal`)",
    ),
  expansionTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(60_000)
    .describe(
      "How long a model may take to name the words of a search, in milliseconds; after it the search goes without",
    ),
} as const;
