// The port of the policy: what may be done with a tool call. Asked once per call, before it is run; the answer is kept in the event
// `tool.called`, so that folding the log never asks again.
import type { GitObjectId, Repository, TaskId, TaskSpec, ToolEffect } from "@outpost/protocol";

export interface JudgedCall {
  taskId: TaskId;
  spec: TaskSpec;
  repository: Repository;
  /** Of the run; null before it has one. A repository's own policy is the one of this commit. */
  baseCommit: GitObjectId | null;
  toolName: string;
  effect: ToolEffect;
  /** As the tool reads them. */
  arguments: Record<string, unknown>;
}

export interface Judgement {
  /** `deny` is shown to the model at once, with the reason; `ask` waits for a person, unless a remembered decision answers. */
  verdict: "allow" | "ask" | "deny";
  /** For people and for the model: what was found, and the way out. May be empty for `allow`. */
  reason: string;
  /** The rule that decided, as its author would look it up; null: the default. */
  rule: string | null;
  /** For a call that runs a program: the program with its arguments, and its directory relative to the worktree. A decision is remembered for exactly these. */
  argv: readonly string[] | null;
  cwd: string | null;
  /** Of the policy that said so; a decision holds for this one only. Null: it has none. */
  policyHash: string | null;
}

export interface ToolPolicy {
  /** A rejection counts as `deny`: what cannot be judged is not run. */
  judge(call: JudgedCall, signal: AbortSignal): Promise<Judgement>;
}
