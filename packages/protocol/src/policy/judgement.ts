// What a policy says, about one command or one path, and where it says so.
import { z } from "zod";
import { RepositoryId } from "../ids.ts";
import { CommandRule, FileAccess, FileRule, Verdict } from "./policy-file.ts";

/** Where a rule stands. `built-in`: the defaults; `user`: the server's own file; `repository`: the file in the base commit. */
export const PolicyLevel = z.enum(["built-in", "user", "repository"]);
export type PolicyLevel = z.infer<typeof PolicyLevel>;

export const RulePlace = z.object({ id: z.string(), level: PolicyLevel, file: z.string(), line: z.int() });
export type RulePlace = z.infer<typeof RulePlace>;

/** One program call found inside of a command: itself, what a wrapper runs, a part of a shell line. */
export const JudgedPart = z.object({
  argv: z.array(z.string()),
  verdict: Verdict,
  reason: z.string(),
  rule: RulePlace.nullable(),
});
export type JudgedPart = z.infer<typeof JudgedPart>;

/** The strictest of its parts. */
export const CommandJudgement = z.object({
  verdict: Verdict,
  reason: z.string(),
  rule: RulePlace.nullable(),
  parts: z.array(JudgedPart),
});
export type CommandJudgement = z.infer<typeof CommandJudgement>;

export const FileJudgement = z.object({ access: FileAccess, reason: z.string(), rule: RulePlace.nullable() });
export type FileJudgement = z.infer<typeof FileJudgement>;

/** The switches, with every level taken into account. */
export const PolicySettings = z.object({
  plan: z.enum(["required", "optional"]),
  dryRun: z.boolean(),
  unmatched: Verdict,
  asking: z.enum(["wait", "deny"]),
  autoApply: z.enum(["never", "when_green"]),
  push: z.object({ protected: z.array(z.string()), allowed: z.array(z.string()) }),
  network: z.object({ hosts: z.array(z.string()) }),
});
export type PolicySettings = z.infer<typeof PolicySettings>;

export const PolicySource = z.object({
  level: PolicyLevel,
  file: z.string(),
  sha256: z.string(),
  commands: z.int(),
  files: z.int(),
  /** Why it cannot be used. A file that cannot be used never widens anything: every command asks. */
  problem: z.string().nullable(),
});
export type PolicySource = z.infer<typeof PolicySource>;

/** A policy in force. `hash`: of all it is made of; approvals hold for this one only. */
export const PolicyReport = z.object({
  hash: z.string(),
  sources: z.array(PolicySource),
  settings: PolicySettings,
  commands: z.array(z.object({ place: RulePlace, rule: CommandRule })),
  files: z.array(z.object({ place: RulePlace, rule: FileRule })),
});
export type PolicyReport = z.infer<typeof PolicyReport>;

export const ShowPolicyQuery = z.strictObject({ repositoryId: RepositoryId.optional() });
export type ShowPolicyQuery = z.infer<typeof ShowPolicyQuery>;

export const ExplainPolicyRequest = z.strictObject({
  argv: z.array(z.string().max(20_000)).min(1).max(256),
  /** Relative to the worktree. */
  cwd: z.string().max(4096).default("."),
  /** With the policy in the last imported commit of this repository as well. */
  repositoryId: RepositoryId.optional(),
});
export type ExplainPolicyRequest = z.infer<typeof ExplainPolicyRequest>;

export const ExplainPolicyResponse = z.object({ policyHash: z.string(), judgement: CommandJudgement });
export type ExplainPolicyResponse = z.infer<typeof ExplainPolicyResponse>;

export const CheckPolicyRequest = z.strictObject({
  text: z.string().max(500_000),
  level: z.enum(["user", "repository"]).default("user"),
});
export type CheckPolicyRequest = z.infer<typeof CheckPolicyRequest>;

export const CheckPolicyResponse = z.object({
  /** With the line, most likely to be mended first. */
  problems: z.array(z.string()),
  commands: z.int(),
  files: z.int(),
  examples: z.int(),
});
export type CheckPolicyResponse = z.infer<typeof CheckPolicyResponse>;
