// Questions to a person, and what became of them, as lines of a task that is followed.
import type { TaskEventOf } from "@outpost/protocol";
import { describeSubject } from "./approvals.ts";
import { oneLine, wrap } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

type ApprovalEvent = TaskEventOf<"approval.requested"> | TaskEventOf<"approval.decided">;

/** One line of what is beside the margin and `used` columns. */
type Fit = (text: string, used?: number) => string;

export function renderApprovalEvent(event: ApprovalEvent, paint: Paint, fit: Fit): string {
  return event.type === "approval.requested" ? renderRequest(event, paint, fit) : renderDecision(event, paint, fit);
}

function renderRequest(event: TaskEventOf<"approval.requested">, paint: Paint, fit: Fit): string {
  if (event.kind === "command" && event.subject) {
    const { reason, rule } = event.subject;
    const why = [reason, rule === null ? "" : `rule "${rule}"`].filter((part) => part !== "").join("; ");
    const lines = [
      `${paint("bold", "may it run?")} ${paint("cyan", oneLine(printable(describeSubject(event.subject))))}`,
    ];
    return (why === "" ? lines : [...lines, paint("dim", `  ${fit(why)}`)]).join("\n");
  }
  // Its steps were shown when it was made.
  if (event.kind === "plan") {
    const rest = event.question.split("\n").filter((line) => !/^\d+\. \[/.test(line));
    return [paint("bold", "approve this plan?"), ...rest.map((line) => paint("dim", `  ${fit(line)}`))].join("\n");
  }
  const options = event.options.map((option, index) => `\n  ${index + 1}  ${fit(option, 5)}`);
  return wrap(`${paint("bold", event.kind)}: ${printable(event.question)}`, paint.columns) + options.join("");
}

function renderDecision(event: TaskEventOf<"approval.decided">, paint: Paint, fit: Fit): string {
  const always = event.rememberedId ? " from now on" : "";
  if (event.how === "expired") return paint("yellow", "nobody decided in time; it counts as refused");
  if (!event.accepted)
    return `${paint("bold", "refused")}${always}${event.answer === "" ? "" : `: ${fit(event.answer, `refused${always}: `.length)}`}`;
  if (event.answer === "") return `${paint("bold", "allowed")}${always}`;
  return `${paint("bold", "answer")}: ${printable(event.answer)}`;
}
