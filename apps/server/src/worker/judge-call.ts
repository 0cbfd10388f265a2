// What may be done with a tool call: the policy says, or a decision that a person wants remembered, or the person who was just asked.
// Covered: every call of a tool that reads, writes or runs something. Not covered: questions to the person and the end of a run, which
// touch nothing. What cannot be judged is denied.
import { randomUUID } from "node:crypto";
import type { Intent, Judgement, Tool } from "@outpost/core";
import { type RememberedDecision, subjectKey, type TaskEventOf } from "@outpost/protocol";
import type { PerformPorts } from "./perform-ports.ts";

export type CallVerdict = Required<
  Pick<TaskEventOf<"tool.called">, "verdict" | "reason" | "rule" | "argv" | "cwd" | "policyHash">
>;

const allowed: CallVerdict = { verdict: "allow", reason: "", rule: null, argv: null, cwd: null, policyHash: null };

export async function judgeCall(
  tool: Tool | undefined,
  { call, approvalId }: Extract<Intent, { type: "call_tool" }>,
  ports: PerformPorts,
): Promise<CallVerdict> {
  // There is nothing to judge of a tool that is not there; the model is told.
  if (tool === undefined || tool.effect === "ask" || tool.effect === "end") return allowed;
  // Nor of a call that the tool cannot read: it is refused before anything is done.
  const parsed = tool.parse(call.arguments);
  if (!parsed.ok) return allowed;
  const judgement = await askPolicy(tool, parsed.value, ports);
  const { verdict, reason, rule, argv, cwd, policyHash } = judgement;
  const judged = { verdict, reason, rule, argv: argv && [...argv], cwd, policyHash };
  if (verdict !== "ask") return judged;
  // What a person allowed holds for the policy that asked; under another one the question is another.
  if (approvalId !== null && policyHash === askedHash(ports))
    return { ...judged, verdict: "allow", reason: "a person allowed it", rule: "approval" };
  const { repositoryId } = ports.log.state.spec;
  const key = subjectKey({ toolName: tool.schema.name, arguments: call.arguments, argv: judged.argv, cwd, policyHash });
  const remembered = await ports.store.findRememberedDecision(repositoryId, key);
  return remembered ? { ...judged, ...byMemory(remembered) } : judged;
}

function askedHash({ log }: PerformPorts): string | null {
  const phase = log.state.run?.phase;
  return phase?.type === "calls" ? (phase.current?.subject?.policyHash ?? null) : null;
}

async function askPolicy(tool: Tool, given: unknown, ports: PerformPorts): Promise<Judgement> {
  const { log, policy, workbench, taskSignal } = ports;
  try {
    const { taskId, spec, run } = log.state;
    const about = { taskId, spec, repository: await workbench.repository(), baseCommit: run?.baseCommit ?? null };
    const call = { toolName: tool.schema.name, effect: tool.effect, arguments: given as Record<string, unknown> };
    return await policy.judge({ ...about, ...call }, taskSignal);
  } catch (error) {
    taskSignal.throwIfAborted();
    const id = randomUUID();
    ports.logger.error({ err: error, tool: tool.schema.name, id }, "policy.failed");
    const reason = `the policy could not judge it; the server's log has the details under "${id}"`;
    return { verdict: "deny", reason, rule: null, argv: null, cwd: null, policyHash: null };
  }
}

function byMemory({ id, accepted, by, answer }: RememberedDecision): Pick<CallVerdict, "verdict" | "reason" | "rule"> {
  const said = answer.trim() === "" ? "" : `, saying: ${answer.trim()}`;
  if (accepted) return { verdict: "allow", reason: `always allowed by ${by}`, rule: `remembered ${id}` };
  return { verdict: "deny", reason: `a person refused it for good${said}`, rule: `remembered ${id}` };
}
