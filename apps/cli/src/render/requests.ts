// What a task's model requests were made of, in tokens, and its plan: for `outpost show`.
import type { EventEnvelope, Plan, TokenAccount } from "@outpost/protocol";
import { fitLine } from "./layout.ts";
import { renderPlanSteps } from "./loop-events.ts";
import { type Paint, printable } from "./paint.ts";
import { type Column, renderTable } from "./table.ts";

interface Request {
  step: number;
  account: TokenAccount;
  /** As the server said; null: it said nothing. */
  counted: number | null;
}

export interface TaskDetails {
  plan: Plan | null;
  requests: Request[];
}

/** From a task's events, in order. */
export function collectDetails(events: readonly EventEnvelope[]): TaskDetails {
  const details: TaskDetails = { plan: null, requests: [] };
  for (const { event } of events) {
    if (event.type === "plan.updated") details.plan = event.plan;
    if (event.type === "step.started")
      details.requests.push({ step: event.step, account: event.account, counted: null });
    const last = details.requests.at(-1);
    if (event.type === "model.replied" && last) last.counted = event.reply.usage.promptTokens;
  }
  return details;
}

export function renderPlanDetails(plan: Plan | null, paint: Paint): string[] {
  if (plan === null) return [];
  const list = (title: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`  ${paint("dim", `${title}: ${values.map(printable).join(", ")}`)}`];
  return [
    paint("bold", "plan"),
    ...renderPlanSteps(plan, paint).map((line) => `  ${line}`),
    ...list("files to read", plan.filesToRead),
    ...list("files to modify", plan.filesToModify),
    ...list("assumptions", plan.assumptions),
    ...list("tests", plan.tests),
  ].map((line) => fitLine(line, paint.columns));
}

const columns = ["system", "tools", "memory", "history", "plan", "hits", "reply"] as const;

const right = { align: "right" } as const;
const requestColumns: Column[] = [
  right,
  ...columns.map((_, worth) => ({ ...right, worth })),
  right,
  { ...right, worth: -1 },
];

/** One line a request; the sum is held against the window. */
export function renderRequests(requests: readonly Request[], room: number): string[] {
  if (requests.length === 0) return [];
  const cells = requests.map(({ step, account, counted }) => {
    const sum = columns.reduce((total, column) => total + account[column], 0);
    return [
      String(step),
      ...columns.map((column) => String(account[column])),
      `${sum} of ${account.window}`,
      counted === null ? "" : String(counted),
    ];
  });
  const heading = ["step", ...columns, "together", "prompt, counted by the server"];
  return renderTable(requestColumns, [heading, ...cells], room);
}
