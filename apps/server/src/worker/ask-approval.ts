// Asks a person: a question of the model, about its plan, or whether a tool call may be run. The worker is free as soon as it is stored.
import type { Intent } from "@outpost/core";
import { type ApprovalSubject, renderPlan, type TaskEvent } from "@outpost/protocol";
import type { PerformPorts } from "./perform-ports.ts";

export function* askPerson(intent: Extract<Intent, { type: "ask_person" }>, ports: PerformPorts): Generator<TaskEvent> {
  yield { type: "tool.called", step: intent.step, ...intent.call, verdict: "ask" };
  yield {
    type: "approval.requested",
    approvalId: ports.newId("apr"),
    kind: "question",
    question: intent.question,
    options: intent.options,
    callId: intent.call.callId,
    subject: null,
    expiresAtMs: askUntil(ports),
  };
}

export function askApproval(intent: Extract<Intent, { type: "ask_approval" }>, ports: PerformPorts): TaskEvent {
  const { call, subject } = intent;
  return {
    type: "approval.requested",
    approvalId: ports.newId("apr"),
    kind: "command",
    question: questionAbout(subject),
    options: [],
    callId: call.callId,
    subject,
    expiresAtMs: askUntil(ports),
  };
}

export function askPlan({ plan }: Extract<Intent, { type: "ask_plan" }>, ports: PerformPorts): TaskEvent {
  return {
    type: "approval.requested",
    approvalId: ports.newId("apr"),
    kind: "plan",
    question: renderPlan(plan),
    options: [],
    callId: null,
    subject: null,
    expiresAtMs: askUntil(ports),
  };
}

function questionAbout({ toolName, argv, cwd, reason }: ApprovalSubject): string {
  const what = argv === null ? `use ${toolName}` : `run ${showCommand(argv)}${cwd && cwd !== "." ? ` in ${cwd}` : ""}`;
  return reason === "" ? `may the task ${what}?` : `may the task ${what}? ${reason}`;
}

/** As a shell would be told, so that where an argument ends can be seen. */
function showCommand(argv: readonly string[]): string {
  const show = (word: string): string => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return argv.map(show).join(" ");
}

/** Null: for ever. */
export function askUntil(ports: Pick<PerformPorts, "log" | "approvalExpiryMs" | "nowMs">): number | null {
  const afterMs = ports.log.state.spec.approvalExpiryMs ?? ports.approvalExpiryMs;
  return afterMs === 0 ? null : ports.nowMs() + afterMs;
}
