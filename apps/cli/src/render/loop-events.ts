// What the loop itself did between steps, and the plan, as lines for a person who watches. Null: nothing a watcher needs.
import { type Plan, planMarks, type TaskEvent } from "@outpost/protocol";
import { count } from "./layout.ts";
import { type Paint, printable } from "./paint.ts";

export interface LineMargin {
  put(line: string): string;
  fit(text: string, used?: number): string;
}

/** `before`: the plan that was shown last; of a plan that is known only what changed is shown. */
export function renderLoopEvent(
  event: TaskEvent,
  paint: Paint,
  margin: LineMargin,
  before: Plan | null,
): string | null {
  switch (event.type) {
    case "history.folded":
      return margin.put(paint("dim", "older history folded to fit the model's window"));
    case "history.summarised":
      return margin.put(
        paint("dim", `older steps summarised: ${event.tokensBefore} tokens of prompt became ${event.tokensAfter}`),
      );
    case "notice.given":
      return margin.put(
        paint("yellow", margin.fit(`told the model (${event.kind.replaceAll("_", " ")}): ${event.text}`)),
      );
    case "protocol.changed":
      return margin.put(
        paint("yellow", margin.fit(`calls are made as ${event.protocol} from here on: ${event.reason}`)),
      );
    case "plan.updated":
      return renderPlanUpdate(event.plan, before, paint, margin);
    default:
      return null;
  }
}

export function renderPlanSteps(plan: Plan, paint: Paint): string[] {
  return plan.steps.map(({ text, state }, index) => {
    const line = `${index + 1}. ${planMarks[state]} ${printable(text)}`;
    return state === "active" ? paint("bold", line) : paint(state === "pending" ? "cyan" : "dim", line);
  });
}

function renderPlanUpdate(plan: Plan, before: Plan | null, paint: Paint, margin: LineMargin): string | null {
  const texts = (one: Plan): string => JSON.stringify(one.steps.map(({ text }) => text));
  const steps = renderPlanSteps(plan, paint);
  if (before === null || texts(before) !== texts(plan))
    return [`plan: ${count(steps.length, "step")}`, ...steps].map((line) => margin.put(line)).join("\n");
  const changed = steps.filter((_, index) => before.steps[index]?.state !== plan.steps[index]?.state);
  return changed.length === 0 ? null : changed.map((line) => margin.put(`plan ${line}`)).join("\n");
}
