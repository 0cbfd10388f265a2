// Performs one intent. Yields what happened; flushes the log before whatever costs something or cannot be taken back.
import type { Intent } from "@outpost/core";
import type { TaskEvent } from "@outpost/protocol";
import { askApproval, askPerson, askPlan } from "./ask-approval.ts";
import { callModel } from "./call-model.ts";
import { callTool } from "./call-tool.ts";
import type { PerformPorts } from "./perform-ports.ts";
import { finished, proposeChange } from "./propose-change.ts";
import { retrieveHits } from "./retrieve.ts";
import { startRun } from "./start-run.ts";
import { verifyChange } from "./verify-change.ts";

export async function* performIntent(
  intent: Exclude<Intent, { type: "rest" }>,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  const { log } = ports;
  switch (intent.type) {
    case "start_run":
      yield* startRun(intent.attempt, ports);
      return;
    case "resume_run":
      if (log.state.run)
        yield { type: "run.resumed", runId: log.state.run.runId, fence: ports.fence, reason: "taken up again" };
      return;
    case "fold_history":
    case "summarise":
    case "give_notice":
    case "change_protocol":
      yield loopEvent(intent);
      return;
    case "retrieve":
      yield* retrieveHits(intent, ports);
      return;
    case "call_model":
      yield* callModel(intent, ports);
      return;
    case "call_tool":
      yield* callTool(intent, ports);
      return;
    case "report_interrupted":
      yield {
        type: "tool.returned",
        callId: intent.call.callId,
        ok: false,
        observation: `${intent.call.name} was interrupted before it was known to be done. The files are as they were at the last checkpoint; look before you repeat it.`,
        interrupted: true,
        durationMs: 0,
        filesTouched: [],
        tests: [],
      };
      return;
    case "refuse_call":
      yield { type: "tool.called", step: intent.step, ...intent.call, verdict: "deny" };
      yield {
        type: "tool.returned",
        callId: intent.call.callId,
        ok: false,
        observation: intent.text,
        interrupted: false,
        durationMs: 0,
        filesTouched: [],
        tests: [],
      };
      return;
    case "ask_plan":
      yield askPlan(intent, ports);
      return;
    case "ask_person":
      yield* askPerson(intent, ports);
      return;
    case "ask_approval":
      yield askApproval(intent, ports);
      return;
    case "checkpoint":
      yield await createCheckpoint(intent.number, ports);
      return;
    case "verify_change":
      yield* verifyChange(intent, ports);
      return;
    case "propose":
      await ports.workbench.endCommands();
      yield* proposeChange(intent, ports);
      return;
    case "answer":
      yield finished(ports, { type: "answered", answer: intent.answer, citations: intent.citations });
      return;
    case "end":
      yield finished(ports, intent.outcome);
  }
}

/** What the loop itself says and measures is an event as it was decided. */
function loopEvent(
  intent: Extract<Intent, { type: "fold_history" | "summarise" | "give_notice" | "change_protocol" }>,
): TaskEvent {
  switch (intent.type) {
    case "fold_history":
      return { ...intent, type: "history.folded" };
    case "summarise":
      return { ...intent, type: "history.summarised" };
    case "give_notice":
      return { ...intent, type: "notice.given" };
    case "change_protocol":
      return { ...intent, type: "protocol.changed" };
  }
}

/** The next checkpoint of the worktree. When nothing differs from the last one, that one counts again. */
async function createCheckpoint(number: number, ports: PerformPorts): Promise<TaskEvent> {
  const { log, workbench } = ports;
  const created = await (await workbench.worktree()).checkpoint(number);
  const last = log.state.checkpoint;
  if (created) return { type: "checkpoint.created", number, commit: created.commit, files: created.files };
  const commit = last?.commit ?? log.state.run?.baseCommit;
  if (!commit) throw new Error("a checkpoint without a run");
  return { type: "checkpoint.created", number: last?.number ?? number, commit, files: [] };
}
