// The end of a run that changed files: the change as a revision, with the evidence and the notes for whoever decides about it.
import { type Intent, reviewChange, selectEvidence } from "@outpost/core";
import type { RunOutcome, TaskEvent } from "@outpost/protocol";
import { concealChange, findInChange } from "../secrets/change-findings.ts";
import { describeFiles } from "./describe-files.ts";
import type { PerformPorts } from "./perform-ports.ts";

export async function* proposeChange(
  intent: Extract<Intent, { type: "propose" }>,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  const { log, workbench, secrets } = ports;
  const { taskId, spec, revision: lastRevision, filesTouched } = log.state;
  const worktree = filesTouched.size === 0 ? null : await workbench.worktree();
  const diff = await worktree?.diffToBase();
  if (!worktree || !diff) {
    yield finished(ports, intent.stop ?? { type: "finished", summary: intent.summary });
    return;
  }
  const revision = lastRevision + 1;
  const files = await describeFiles(concealChange(diff.files, secrets.concealer), worktree);
  const described = { ...diff, files, tests: selectEvidence(log.state) };
  yield {
    type: "change.proposed",
    approvalId: ports.newId("apr"),
    change: {
      ...described,
      secrets: findInChange(diff.files, secrets.redactor, secrets.allowed),
      taskId,
      revision,
      applyTarget: spec.applyTarget,
      summary: intent.summary,
      review: reviewChange(described, intent.review),
    },
  };
  yield finished(
    ports,
    intent.stop ? { ...intent.stop, revision } : { type: "proposed", summary: intent.summary, revision },
  );
}

export function finished(ports: PerformPorts, outcome: RunOutcome): TaskEvent {
  const run = ports.log.state.run;
  if (!run) throw new Error("a run that was not started cannot finish");
  return { type: "run.finished", runId: run.runId, outcome };
}
