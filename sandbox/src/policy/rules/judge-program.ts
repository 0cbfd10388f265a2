// One program with its arguments by all rules that name it. Pure.
// Invariant: within a level the strictest rule that matches wins, but for an `ask` that only names programs; the user's word replaces the
// built-in one; a repository's can only be stricter than both.
import type { FileJudgement, JudgedPart, PolicyLevel, Verdict } from "@outpost/protocol";
import type { ValueContext } from "./argument-kinds.ts";
import { type CompiledRule, isFallback, matchRule, type PlainProgram } from "./command-rule.ts";

export const strictness: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };

export function askPart(argv: readonly string[], reason: string): JudgedPart {
  return { argv: [...argv], verdict: "ask", reason, rule: null };
}

interface Findings {
  byLevel: Map<PolicyLevel, CompiledRule>;
  /** Why the nearest `allow` rule does not match. */
  nearest: string;
  forbidden: { judged: FileJudgement; why: string } | null;
}

export function judgeProgram(
  rules: readonly CompiledRule[],
  argv: readonly string[],
  program: PlainProgram,
  context: ValueContext,
): JudgedPart {
  const { byLevel, nearest, forbidden } = findRules(rules, program, context);
  const own = byLevel.get("user") ?? byLevel.get("built-in");
  const repository = byLevel.get("repository");
  const isTighter = repository && strictness[repository.rule.verdict] > strictness[own?.rule.verdict ?? "ask"];
  const winner = isTighter ? repository : own;
  if (forbidden && (!winner || winner.rule.verdict === "ask")) {
    return {
      argv: [...argv],
      verdict: "deny",
      reason: `denied by the file policy: ${forbidden.why}`,
      rule: forbidden.judged.rule,
    };
  }
  if (!winner)
    return askPart(
      argv,
      nearest === "" ? `no rule allows "${program.name}" in this way` : `no rule allows it: ${nearest}`,
    );
  const reason =
    winner.rule.verdict === "ask" && nearest !== "" ? `${winner.rule.reason} (${nearest})` : winner.rule.reason;
  return { argv: [...argv], verdict: winner.rule.verdict, reason, rule: winner.place };
}

function findRules(rules: readonly CompiledRule[], program: PlainProgram, context: ValueContext): Findings {
  const findings: Findings = { byLevel: new Map(), nearest: "", forbidden: null };
  for (const compiled of rules) {
    const match = matchRule(compiled, program, context);
    if (match.matches) keepStricter(findings.byLevel, compiled);
    else if (match.near && compiled.rule.verdict === "allow") {
      findings.nearest ||= `${match.why}, says rule "${compiled.rule.id}"`;
      if (match.forbidden) findings.forbidden ??= { judged: match.forbidden, why: match.why };
    }
  }
  return findings;
}

function keepStricter(byLevel: Findings["byLevel"], compiled: CompiledRule): void {
  const { level } = compiled.place;
  const before = byLevel.get(level);
  if (!before || rank(compiled) > rank(before)) byLevel.set(level, compiled);
}

function rank(compiled: CompiledRule): number {
  return isFallback(compiled) ? -1 : strictness[compiled.rule.verdict];
}
