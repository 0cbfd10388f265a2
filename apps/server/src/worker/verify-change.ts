// Runs the tests on a change that a person put together of parts. No model takes part; what the tests write is not kept.
import type { Intent } from "@outpost/core";
import { isOutpostError, type TaskEvent, type TestEvidence } from "@outpost/protocol";
import type { PerformPorts } from "./perform-ports.ts";
import { policedContext } from "./policed-commands.ts";
import { noModel } from "./start-run.ts";

type VerifyIntent = Extract<Intent, { type: "verify_change" }>;

export async function* verifyChange(intent: VerifyIntent, ports: PerformPorts): AsyncGenerator<TaskEvent> {
  const { log, newId } = ports;
  const { run, state } = log.state;
  if (!run) throw new Error("a change that no run proposed cannot be verified");
  const { baseCommit } = run;
  if (state === "queued") {
    const runId = newId("run");
    yield {
      type: "run.started",
      runId,
      attempt: intent.attempt,
      baseCommit,
      model: noModel,
      systemPrompt: "",
      tools: [],
    };
    await log.flush();
  }
  const { revision, summary } = intent;
  yield { type: "change.verified", revision, ...(await measure(intent, ports)) };
  const runId = log.state.run?.runId ?? run.runId;
  yield { type: "run.finished", runId, outcome: { type: "proposed", summary, revision } };
}

async function measure(
  { call }: VerifyIntent,
  ports: PerformPorts,
): Promise<{ tests: TestEvidence[]; problem: string | null }> {
  const tool = ports.tools.find(({ schema }) => schema.name === call?.name);
  const parsed = tool?.parse(call?.arguments);
  if (!tool || !parsed?.ok) return { tests: [], problem: "how the tests were run is not known any more" };
  // As it was allowed when the model called it.
  const argv = call?.arguments["argv"];
  const granted = { argv: Array.isArray(argv) ? argv.map(String) : null, cwd: null };
  try {
    const { tests = [], text } = await tool.run(parsed.value, await policedContext(ports, granted));
    const measured = tests.map((test) => ({ ...test, phase: "after" as const }));
    return { tests: measured, problem: measured.length > 0 ? null : text.slice(0, 2000) };
  } catch (error) {
    ports.taskSignal.throwIfAborted();
    if (!isOutpostError(error) || error.code === "internal") throw error;
    return { tests: [], problem: error.message };
  }
}
