// Secrets as they may be shown: by a mark in place of the value, and as findings that name the place. Never the value.
import { z } from "zod";

/** What stands in the place of a secret: the rule that knew it, and eight characters that are the same wherever the same value stood. */
export function redactionMark(rule: string, hash8: string): string {
  return `[REDACTED:${rule}:${hash8}]`;
}

const mark = /\[REDACTED:[a-z0-9-]{1,40}:[0-9a-f]{8}\]/;

/** The first mark in a text; undefined when there is none. */
export function findRedactionMark(text: string): string | undefined {
  return mark.exec(text)?.[0];
}

/** `rule:hash8`, as in a mark: what a person names to allow a value. */
export const SecretFindingId = z
  .string()
  .regex(/^[a-z0-9-]{1,40}:[0-9a-f]{8}$/, "expected a finding like github-token:0a1b2c3d");

/** Something that a change adds and that looks like a secret, or is one that the server knows. */
export const SecretFinding = z.object({
  id: SecretFindingId,
  rule: z.string(),
  /** What the rule looks for, in words. */
  what: z.string(),
  path: z.string(),
  /** 1-based, in the file as the change leaves it. */
  line: z.int(),
});
export type SecretFinding = z.infer<typeof SecretFinding>;
