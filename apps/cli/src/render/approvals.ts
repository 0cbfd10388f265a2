// Approvals and remembered decisions as lines for a person.
import type { Approval, ApprovalSubject, RememberedDecision } from "@outpost/protocol";
import { age, clip, oneLine } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";
import { renderTable } from "./table.ts";
import { describeToolCall, shellWords } from "./tool-call.ts";

const indent = "  ";

/** Two lines each: which and since when; what is asked. */
export function renderApprovals(approvals: readonly Approval[], paint: Paint, nowMs: number): string {
  if (approvals.length === 0) return "nothing waits for a decision";
  const rows = approvals.map((approval) => [
    approval.id,
    paint("bold", approval.kind.padEnd(8)),
    ...describeState(approval, paint, nowMs),
  ]);
  const heads = renderTable([{}, { worth: 3 }, {}, { worth: 2 }, { worth: 1 }], rows, paint.columns);
  return approvals.flatMap((approval, index) => [heads[index], ...describeMatter(approval, paint)]).join("\n");
}

function describeMatter(approval: Approval, paint: Paint): string[] {
  const about = [paint("dim", `task ${approval.taskId}`), ...describeEnd(approval)].join("  ");
  return [oneLine(printable(titleOf(approval))), about].map((line) => indent + clip(line, room(paint)));
}

function titleOf({ kind, question, subject, revision }: Approval): string {
  if (subject !== null) return `${describeSubject(subject)}${subject.reason === "" ? "" : `  (${subject.reason})`}`;
  return kind === "change" ? `change revision ${revision}: ${question}` : question;
}

/** And since when, and until when. */
function describeState(approval: Approval, paint: Paint, nowMs: number): string[] {
  const { state, requestedAtMs, expiresAtMs, by } = approval;
  if (state === "pending") {
    const until = expiresAtMs === null ? "" : `refused in ${remaining(expiresAtMs - nowMs)} if nobody decides`;
    return [paint("cyan", "pending"), paint("dim", `asked ${age(requestedAtMs, nowMs)}`), paint("dim", until)];
  }
  const colour = state === "accepted" ? "green" : state === "refused" ? "red" : "yellow";
  const who = by === null || state === "expired" ? "" : ` by ${printable(by)}`;
  return [
    paint(colour, state) + paint("dim", who),
    paint("dim", age(approval.decidedAtMs ?? requestedAtMs, nowMs)),
    "",
  ];
}

function describeEnd({ kind, answer, rememberedId }: Approval): string[] {
  const said =
    answer === null || answer === ""
      ? []
      : [`${kind === "question" ? "answer" : "reason"}: ${oneLine(printable(answer))}`];
  return rememberedId === null ? said : [...said, "remembered"];
}

function remaining(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}

/** The command as a shell would be told, and where it runs; for other tools the call. */
export function describeSubject({ toolName, arguments: given, argv, cwd }: ApprovalSubject): string {
  if (argv === null) return describeToolCall(toolName, given);
  return `$ ${shellWords(argv)}${cwd && cwd !== "." ? ` (in ${cwd})` : ""}`;
}

export function renderRemembered(decisions: readonly RememberedDecision[], paint: Paint, nowMs: number): string {
  if (decisions.length === 0) return "no decision is remembered";
  return decisions
    .map((decision) => {
      const verdict = decision.accepted ? paint("green", "always") : paint("red", "never ");
      const head = `${decision.id}  ${verdict}  ${oneLine(printable(describeSubject(decision.subject)))}`;
      const revoked =
        decision.revokedAtMs === null
          ? ""
          : `, revoked ${age(decision.revokedAtMs, nowMs)} by ${printable(decision.revokedBy ?? "")}`;
      const origin = `${decision.repositoryId}, by ${printable(decision.by)} ${age(decision.createdAtMs, nowMs)}${revoked}`;
      return [clip(head, paint.columns), indent + paint("dim", clip(origin, room(paint)))].join("\n");
    })
    .join("\n");
}

function room(paint: Paint): number {
  return paint.columns - indent.length;
}
