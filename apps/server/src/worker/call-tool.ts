// One tool call: found, parsed, recorded, run, observed. A tool that fails is an observation; only an abort gets out of here.
import { randomUUID } from "node:crypto";
import {
  budgetOf,
  charactersFor,
  cutMiddle,
  type Intent,
  type Tool,
  type ToolResult,
  testPhase,
  tightenForTaint,
} from "@outpost/core";
import { findRedactionMark, isOutpostError, makeVisible, type TaskEvent } from "@outpost/protocol";
import { runChecked } from "./check-edit.ts";
import { type CallVerdict, judgeCall } from "./judge-call.ts";
import { learnFacts } from "./learn-facts.ts";
import { refuseUnaskable } from "./nobody-to-ask.ts";
import type { PerformPorts } from "./perform-ports.ts";
import { type Granted, policedContext } from "./policed-commands.ts";
import { withOrigin } from "./text-origin.ts";

export async function* callTool(
  intent: Extract<Intent, { type: "call_tool" }>,
  ports: PerformPorts,
): AsyncGenerator<TaskEvent> {
  const { log, workbench } = ports;
  const tool = offeredTool(intent.call.name, ports);
  const tightened = tightenForTaint(await judgeCall(tool, intent, ports), intent, log.state);
  const judged = await refuseUnaskable(tightened, ports);
  const approvalId = judged.verdict === "allow" ? intent.approvalId : null;
  yield { type: "tool.called", step: intent.step, ...intent.call, ...judged, approvalId };
  if (judged.verdict === "ask") return;
  const phase = testPhase(log.state);
  const nextCheckpoint = (log.state.checkpoint?.number ?? 0) + 1;
  const isRun = judged.verdict === "allow";
  // A command is never run twice unknowingly. What a tool writes is in the worktree only, which goes back to the last checkpoint
  // together with the log: those calls are made again.
  if (isRun && tool?.effect === "command") await log.flush();
  // What others said in between may have been a cancel.
  if (log.state.cancelRequested || log.state.state !== "running") return;
  const started = ports.nowMs();
  const endedCommands = isRun && tool?.effect === "end" ? await workbench.endCommands() : 0;
  const result = await answerCall(tool, intent, judged, ports);
  const learned = await learnFacts({ ...intent, result }, ports);
  // What a command wrote is only known by looking; the look is the checkpoint.
  const mayHaveWritten = isRun && (tool?.effect === "command" || endedCommands > 0);
  const checkpoint = mayHaveWritten ? await (await workbench.worktree()).checkpoint(nextCheckpoint) : null;
  // The next run is told of what this one ends.
  const news = tool?.effect === "end" ? [] : await workbench.takeNews();
  const filesTouched = [...new Set([...(result.filesTouched ?? []), ...(checkpoint?.files ?? [])])];
  workbench.noteTouched(filesTouched);
  yield {
    type: "tool.returned",
    callId: intent.call.callId,
    ok: learned.answer?.ok ?? result.ok,
    ...(result.refused ? { refused: true } : {}),
    ...(result.untrusted ? { untrusted: result.untrusted } : {}),
    observation: showObservation([learned.answer?.text ?? result.text, ...news].join("\n"), ports),
    interrupted: false,
    durationMs: ports.nowMs() - started,
    filesTouched,
    tests: (result.tests ?? []).map((test) => ({
      ...test,
      outputTail: ports.secrets.concealer.conceal(test.outputTail),
      phase,
    })),
  };
  yield* learned.events;
  if (result.plan) yield { type: "plan.updated", plan: result.plan, by: "model" };
  if (checkpoint)
    yield { type: "checkpoint.created", number: nextCheckpoint, commit: checkpoint.commit, files: checkpoint.files };
}

async function answerCall(
  tool: Tool | undefined,
  { call }: Extract<Intent, { type: "call_tool" }>,
  judged: CallVerdict,
  ports: PerformPorts,
): Promise<ToolResult> {
  if (judged.verdict === "deny") return { ok: false, text: `not run: ${judged.reason}` };
  return tool ? runTool(tool, call.arguments, judged, ports) : unknownTool(call.name, ports);
}

function offeredTool(name: string, ports: PerformPorts): Tool | undefined {
  const isOffered = ports.log.state.run?.tools.some((tool) => tool.name === name) ?? false;
  return isOffered ? ports.tools.find((tool) => tool.schema.name === name) : undefined;
}

function unknownTool(name: string, ports: PerformPorts): ToolResult {
  const names = ports.log.state.run?.tools.map((tool) => tool.name) ?? [];
  return { ok: false, refused: true, text: `there is no tool "${name}"; there are ${names.join(", ")}` };
}

async function runTool(
  tool: Tool,
  given: Record<string, unknown>,
  granted: Granted,
  ports: PerformPorts,
): Promise<ToolResult> {
  const mark = tool.effect === "write" || tool.effect === "command" ? findMark(given) : undefined;
  if (mark !== undefined) return { ok: false, refused: true, text: markRefusal(tool.schema.name, mark) };
  const parsed = tool.parse(given);
  if (!parsed.ok) return { ok: false, refused: true, text: parsed.problem };
  try {
    const context = await policedContext(ports, granted);
    const result = await runChecked(tool, given, ports, () => tool.run(parsed.value, context));
    return withOrigin(result, tool, await ports.workbench.commandHosts());
  } catch (error) {
    ports.taskSignal.throwIfAborted();
    if (isOutpostError(error) && error.code !== "internal") return { ok: false, text: error.message };
    const id = randomUUID();
    ports.logger.error({ err: error, tool: tool.schema.name, id }, "tool.failed");
    return { ok: false, text: `${tool.schema.name} met a bug of Outpost (${id}); try another way` };
  }
}

/** Within any text of the arguments. */
function findMark(value: unknown): string | undefined {
  return findRedactionMark(JSON.stringify(value) ?? "");
}

function markRefusal(tool: string, mark: string): string {
  return `${tool} was not called: ${mark} stands for a secret that is kept from you, and would replace it; leave the lines that hold it as they are, or use another way to name it, such as an environment variable`;
}

/** Concealed before it is cut: a secret must not lose the half by which it is known. */
function showObservation(text: string, ports: PerformPorts): string {
  return cutObservation(makeVisible(ports.secrets.concealer.conceal(text)), ports);
}

function cutObservation(text: string, ports: PerformPorts): string {
  const run = ports.log.state.run;
  const maxTokens = run ? budgetOf(run).observation : 1000;
  return cutMiddle(text, charactersFor(maxTokens, text), "ask for a smaller range to see them");
}
