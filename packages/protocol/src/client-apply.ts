// Target `client`: the CLI applies a change on the person's machine and says so. What it needs from the server, and what it reports.
import { z } from "zod";
import { AppliedFile, ApplyConflict } from "./change.ts";
import { GitObjectId } from "./ids.ts";
import { limits } from "./limits.ts";
import { SecretFindingId } from "./secrets.ts";

/** The bytes of one side of a change's file. */
export const ChangeBlob = z.object({ blob: GitObjectId, base64: z.string() });
export type ChangeBlob = z.infer<typeof ChangeBlob>;

const files = z.array(AppliedFile).max(2 * limits.changeFiles);

export const ClientReport = z.discriminatedUnion("result", [
  /** `undo`: the name under which the machine keeps the bytes before. */
  z.strictObject({
    result: z.literal("applied"),
    files,
    undo: z.string().min(1).max(200),
    machine: z.string().min(1).max(200),
    allowSecrets: z.array(SecretFindingId).max(200).optional(),
  }),
  z.strictObject({ result: z.literal("conflict"), conflicts: z.array(ApplyConflict).max(2 * limits.changeFiles) }),
  z.strictObject({ result: z.literal("reverted"), files }),
]);
export type ClientReport = z.infer<typeof ClientReport>;
