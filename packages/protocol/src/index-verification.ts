// What a comparison of an index with its source found.
import { z } from "zod";
import { RepositoryId } from "./ids.ts";

/**
 * `missing`: listed and not shown; `outdated`: shown as it was; `extra`: shown and not there, or not to be indexed; `damaged`: what is
 * stored of it is not what was indexed.
 */
export const IndexFault = z.enum(["missing", "outdated", "extra", "damaged"]);
export type IndexFault = z.infer<typeof IndexFault>;

export const VerifyIndexRequest = z.strictObject({
  /** Mends what is found: only the files that are named are read and embedded again. */
  repair: z.boolean().default(false),
});

export const IndexVerification = z.object({
  repositoryId: RepositoryId,
  /** Shown or listed, each read and compared. */
  files: z.int(),
  chunks: z.int(),
  counts: z.record(IndexFault, z.int()),
  /** At most 200. */
  faults: z.array(z.object({ path: z.string(), fault: IndexFault, detail: z.string() })),
  /** Faults that are left after the repair; null when none was asked for. */
  left: z.int().nullable(),
  tookMs: z.int(),
});
export type IndexVerification = z.infer<typeof IndexVerification>;
