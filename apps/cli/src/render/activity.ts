// What a task is doing right now, with the seconds it takes, on the progress line. Pieces of a model's answer pass by in it.
import type { TaskEvent, TokenDelta } from "@outpost/protocol";
import { oneLine } from "./layout.ts";
import { printable } from "./paint.ts";
import type { ProgressLine } from "./progress.ts";
import { describeToolCall } from "./tool-call.ts";

const redrawMs = 200;
/** Faster things need no line. */
const patienceMs = 400;
const keptTail = 400;

export interface Activity {
  note(event: TaskEvent): void;
  noteDelta(delta: TokenDelta): void;
  /** Something else than an event to wait for. */
  say(what: string): void;
  /** Before anything else is written to the terminal. */
  hide(): void;
  end(): void;
}

export function createActivity(line: ProgressLine): Activity {
  let what = "waiting for a worker";
  let said = "";
  let sinceMs = Date.now();
  const timer = setInterval(() => {
    const passedMs = Date.now() - sinceMs;
    if (passedMs >= patienceMs && what !== "")
      line.show(`    … ${what}, ${Math.floor(passedMs / 1000)} s${said === "" ? "" : ": "}`, said);
  }, redrawMs);
  timer.unref();
  const become = (next: string): void => {
    what = next;
    said = "";
    sinceMs = Date.now();
  };
  return {
    note(event) {
      const next = activityAfter(event);
      if (next !== null) become(next);
    },
    noteDelta(delta) {
      said = oneLine(printable((said + delta.text).slice(-keptTail)));
    },
    say: become,
    hide: () => line.clear(),
    end() {
      clearInterval(timer);
      line.clear();
    },
  };
}

/** Says what is waited for, once it takes a while, until it is there or has failed. */
export async function withActivity<Value>(
  line: ProgressLine,
  what: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const activity = createActivity(line);
  activity.say(what);
  try {
    return await work();
  } finally {
    activity.end();
  }
}

/** Null: what was going on goes on. Empty: nothing is. */
function activityAfter(event: TaskEvent): string | null {
  switch (event.type) {
    case "task.queued":
      return "waiting for a worker";
    case "run.started":
      return event.expandsGoal === true ? "asking the model which words the code would use" : "looking up the code";
    case "tool.returned":
      return "looking up the code";
    case "step.started":
      return "asking the model";
    case "tool.called":
      return describeToolCall(event.name, event.arguments);
    case "approval.requested":
    case "run.finished":
      return "";
    default:
      return null;
  }
}
