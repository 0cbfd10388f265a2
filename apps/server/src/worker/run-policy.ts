// The policy of a run, as its tool calls meet it: commands by their arguments, files by their paths.
// Covered: every tool that takes an argument list or a path, before it runs. The worktree itself keeps the file rules as well, for what a
// tool finds by searching. Not covered: what a command that is allowed does; that is the sandbox's.
import type { JudgedCall, Judgement, ToolPolicy } from "@outpost/core";
import type { CommandJudgement, FileJudgement, RulePlace } from "@outpost/protocol";
import type { Policy } from "@outpost/sandbox";
import type { PolicySource } from "../policy/policy-source.ts";

export function createRunPolicy(source: PolicySource): ToolPolicy {
  return {
    async judge(call) {
      const policy = await source.policyFor(call.repository.id, call.baseCommit);
      return judgeBy(policy, call);
    },
  };
}

function judgeBy(policy: Policy, call: JudgedCall): Judgement {
  const base = { argv: null, cwd: null, policyHash: policy.hash };
  const argv = call.effect === "command" ? argvOf(call.arguments) : null;
  if (argv !== null) {
    const cwd = typeof call.arguments["cwd"] === "string" ? relative(call.arguments["cwd"]) : ".";
    const judged = policy.judgeCommand(argv, cwd);
    return { ...base, ...describe(judged), argv, cwd };
  }
  for (const key of ["path", "cwd"]) {
    const path = call.arguments[key];
    if (typeof path !== "string") continue;
    const judged = policy.files.judge(relative(path));
    const isForbidden = judged.access === "deny" || (call.effect === "write" && judged.access === "read");
    if (isForbidden) return { ...base, verdict: "deny", reason: refusal(path, judged), rule: showPlace(judged.rule) };
  }
  return { ...base, verdict: "allow", reason: "", rule: null };
}

function argvOf(given: Record<string, unknown>): string[] | null {
  const argv = given["argv"];
  return Array.isArray(argv) && argv.length > 0 ? argv.map(String) : null;
}

/** As the tools read a path: from the root, whatever is written before it. */
function relative(path: string): string {
  const parts: string[] = [];
  for (const part of path.replace(/^\/work(?=\/|$)/, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/") || ".";
}

function describe({ verdict, reason, rule }: CommandJudgement): Pick<Judgement, "verdict" | "reason" | "rule"> {
  return { verdict, reason: verdict === "allow" ? "" : reason, rule: showPlace(rule) };
}

function refusal(path: string, { access, reason }: FileJudgement): string {
  return `"${path}" ${access === "deny" ? "is denied" : "may only be read"} by the policy: ${reason}`;
}

function showPlace(rule: RulePlace | null): string | null {
  return rule && `${rule.id} (${rule.file}:${rule.line})`;
}
