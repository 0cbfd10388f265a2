import type { CommandJudgement, PolicyReport, RulePlace } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { createPaint } from "./paint.ts";
import { renderJudgement, renderPolicy } from "./policy.ts";

const paint = createPaint({ isTTY: false } as NodeJS.WriteStream);
const rule: RulePlace = { id: "network", level: "built-in", file: "built-in/asking.yaml", line: 9 };

describe("the policy for a person", () => {
  it("says the verdict, why, and where the rule stands", () => {
    const part = { argv: ["curl", "x y"], verdict: "ask" as const, reason: "reaches the network", rule };
    const wrapper = { argv: ["timeout", "5", "curl", "x y"], verdict: "allow" as const, reason: "runs it", rule: null };
    const judgement: CommandJudgement = { ...part, parts: [wrapper, part] };
    expect(renderJudgement(judgement, paint).split("\n")).toEqual([
      "ask    reaches the network",
      "by rule network, built-in/asking.yaml:9",
      "  allow  timeout 5 curl 'x y' (runs it; no rule)",
      "  ask    curl 'x y' (reaches the network; rule network, built-in/asking.yaml:9)",
    ]);
    expect(renderJudgement({ ...judgement, parts: [part] }, paint).split("\n")).toHaveLength(2);
  });

  it("names a file that cannot be used", () => {
    const report: PolicyReport = {
      hash: "ab".repeat(32),
      sources: [
        { level: "user", file: "/data/outpost.policy.yaml", sha256: "", commands: 2, files: 1, problem: "line 3: no" },
      ],
      settings: {
        plan: "required",
        dryRun: false,
        unmatched: "ask",
        asking: "wait",
        autoApply: "never",
        push: { protected: ["release/*"], allowed: [] },
        network: { hosts: [] },
      },
      commands: [],
      files: [],
    };
    const text = renderPolicy(report, false, paint);
    expect(text).toMatch(
      /^policy abababababab\n {2}\/data\/outpost.policy.yaml {2}2 command rules, 1 file rule {2}cannot be used: line 3: no\n/,
    );
    expect(text).toMatch(/plan required; .*unmatched commands ask; asking waits/);
    expect(text).toMatch(/configuration: release\/\*; of these allowed: none/);
  });
});
