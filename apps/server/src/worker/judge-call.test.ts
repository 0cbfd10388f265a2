// Who decides about a call: the policy, a remembered decision, a person; and what happens when the policy fails.
import { foldAll, type Judgement, type Tool } from "@outpost/core";
import { type RememberedDecision, subjectKey, TaskSpec } from "@outpost/protocol";
import { createTestIds } from "@outpost/testkit";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { judgeCall } from "./judge-call.ts";
import type { PerformPorts } from "./perform-ports.ts";

const newId = createTestIds();
const spec = TaskSpec.parse({ repositoryId: newId("rep"), instruction: "tidy up" });
const state = foldAll([
  { version: 1, position: 1, taskId: newId("tsk"), seq: 1, atMs: 0, event: { type: "task.created", spec, by: "ada" } },
]);
const argv = ["rm", "b"];
const asks: Judgement = { verdict: "ask", reason: "it deletes", rule: "deletes", argv, cwd: "src", policyHash: null };
const call = { callId: "c1", name: "run_command", arguments: { argv, cwd: "src", timeout_ms: 5000 } };

function toolWith(effect: Tool["effect"]): Tool {
  const run = () => Promise.reject(new Error("is not run here"));
  return {
    schema: { name: "run_command", description: "", parameters: {} },
    effect,
    run,
    parse: () => ({ ok: true, value: {} }),
  };
}

function portsWith(judge: () => Promise<Judgement>, remembered?: Partial<RememberedDecision>): PerformPorts {
  const key = subjectKey({ toolName: "run_command", arguments: {}, argv, cwd: "src" });
  const ports: Pick<PerformPorts, "policy" | "logger" | "taskSignal"> & Record<string, unknown> = {
    log: { state },
    workbench: { repository: async () => ({ id: spec.repositoryId }) },
    store: { findRememberedDecision: async (_: string, asked: string) => (asked === key ? remembered : undefined) },
    policy: { judge },
    logger: pino({ level: "silent" }),
    taskSignal: new AbortController().signal,
  };
  return ports as unknown as PerformPorts;
}

const judged = (ports: PerformPorts, effect: Tool["effect"] = "command", approvalId: string | null = null) =>
  judgeCall(toolWith(effect), { type: "call_tool", step: 1, call, approvalId: approvalId as never }, ports);

describe("a call is judged", () => {
  it("by the policy, with its reason, rule and the command as it read it", async () => {
    expect(await judged(portsWith(async () => asks))).toEqual(asks);
    const denied = { ...asks, verdict: "deny" } as const;
    expect(await judged(portsWith(async () => denied))).toEqual(denied);
  });

  it.each([
    [true, "allow", /always allowed by ada/],
    [false, "deny", /refused it for good, saying: keep it/],
  ])("by a remembered decision (%s), whatever its other arguments are", async (accepted, verdict, reason) => {
    const remembered = { id: newId("rem"), accepted, by: "ada", answer: accepted ? "" : "keep it" };
    const found = await judged(portsWith(async () => asks, remembered));
    expect(found).toMatchObject({ verdict, rule: `remembered ${remembered.id}`, argv, cwd: "src" });
    expect(found.reason).toMatch(reason);
  });

  it("never by a remembered decision where the policy denies, or reads another command", async () => {
    const remembered = { id: newId("rem"), accepted: true, by: "ada", answer: "" };
    expect(await judged(portsWith(async () => ({ ...asks, verdict: "deny" }), remembered))).toMatchObject({
      verdict: "deny",
    });
    for (const other of [{ argv: ["rm", "b", "c"] }, { cwd: "." }, { argv: null }])
      expect(await judged(portsWith(async () => ({ ...asks, ...other }), remembered))).toMatchObject({
        verdict: "ask",
      });
  });

  it("by the person who has just allowed it, under the policy that asked", async () => {
    const again = (judgement: Judgement) =>
      judged(
        portsWith(async () => judgement),
        "command",
        "apr_0",
      );
    expect(await again(asks)).toMatchObject({ verdict: "allow", rule: "approval" });
    expect(await again({ ...asks, verdict: "deny" })).toMatchObject({ verdict: "deny", rule: "deletes" });
    expect(await again({ ...asks, policyHash: "another" })).toMatchObject({ verdict: "ask" });
  });

  it("as denied when the policy fails", async () => {
    const broken = portsWith(() => Promise.reject(new Error("no such file")));
    expect(await judged(broken)).toMatchObject({
      verdict: "deny",
      reason: expect.stringMatching(/could not judge it/),
    });
    for (const effect of ["ask", "end"] as const)
      expect(await judged(broken, effect)).toMatchObject({ verdict: "allow" });
  });
});
