// For tests: a worker without IO. Performs intents against a script and keeps the log, so that replaying can be compared with what happened.
import {
  type EventEnvelope,
  type ModelProfile,
  type ModelReply,
  type Plan,
  type RunTool,
  renderPlan,
  type TaskEvent,
  type TaskSpec,
  type UsedExpansion,
} from "@outpost/protocol";
import { decide } from "../decide/decide.ts";
import type { Intent } from "../decide/intent.ts";
import { testPhase } from "../fold/evidence.ts";
import { foldAll } from "../fold/fold.ts";
import type { Fold, PlannedCall } from "../fold/state.ts";
import { accountTokens } from "../prompt/compose-request.ts";

export interface Script {
  spec: TaskSpec;
  tools: RunTool[];
  windowTokens?: number;
  /** Over a model that calls tools natively. */
  model?: Partial<ModelProfile>;
  planFirst?: boolean;
  /** In order; running dry is an error. A string throws away the call with that error code. */
  replies: (ModelReply | { failWith: string; willRetry: boolean })[];
  /** What a tool answers. */
  observe(call: PlannedCall): Observed;
  /** What the policy says; absent: everything is allowed. */
  judge?(call: PlannedCall): { verdict: "allow" | "ask" | "deny"; reason: string };
  hits?: string;
  /** What the model says when it is asked for words; absent: it is not asked. */
  expansion?: UsedExpansion | null;
}

export interface Observed {
  ok: boolean;
  observation: string;
  refused?: boolean;
  filesTouched?: string[];
  test?: boolean;
  plan?: Plan;
}

export interface SimulatedRun {
  log: EventEnvelope[];
  /** `at`: how many events had been appended when it was decided. */
  intents: { at: number; intent: Intent }[];
  state: Fold;
}

const commit = "a".repeat(40) as never;
const maxIntents = 2000;

export function simulateRun(script: Script, log: EventEnvelope[] = []): SimulatedRun {
  const replies = [...script.replies];
  const intents: SimulatedRun["intents"] = [];
  if (log.length === 0) append(log, [{ type: "task.created", spec: script.spec, by: "test" }]);
  for (let count = 0; count < maxIntents; count++) {
    const state = foldAll(log);
    const intent = decide(state);
    intents.push({ at: log.length, intent });
    if (intent.type === "rest") return { log, intents, state };
    append(log, perform(intent, state, script, replies));
  }
  throw new Error("the simulated run does not end");
}

export function append(log: EventEnvelope[], events: TaskEvent[]): void {
  for (const event of events) {
    const seq = log.length + 1;
    log.push({ version: 1, position: seq, taskId: "tsk_0" as never, seq, atMs: seq * 10, event });
  }
}

function perform(intent: Intent, state: Fold, script: Script, replies: Script["replies"]): TaskEvent[] {
  const run = state.run;
  switch (intent.type) {
    case "start_run":
      return [startEvent(intent.attempt, script)];
    case "resume_run":
      return [{ type: "run.resumed", runId: "run_0" as never, fence: 1, reason: "resumed" }];
    case "retrieve": {
      if (!run) throw new Error("no run");
      const packedHits = script.hits ?? `hits for step ${intent.step}`;
      const account = accountTokens(state, run, packedHits);
      return [
        {
          ...{ type: "step.started", step: intent.step, query: intent.query, packedHits, hits: [], coverage: null },
          ...{ account, ...(intent.expand !== null && { expansion: script.expansion ?? null }) },
        },
      ];
    }
    case "fold_history":
      return [{ type: "history.folded", throughSeq: intent.throughSeq, keptSeqs: intent.keptSeqs }];
    case "summarise":
      return [{ ...intent, type: "history.summarised" }];
    case "give_notice":
      return [{ ...intent, type: "notice.given" }];
    case "change_protocol":
      return [{ ...intent, type: "protocol.changed" }];
    case "ask_plan":
      return [
        {
          type: "approval.requested",
          approvalId: "apr_0" as never,
          kind: "plan",
          question: renderPlan(intent.plan),
          options: [],
          callId: null,
        },
      ];
    case "refuse_call":
      return [
        { type: "tool.called", step: intent.step, ...call(intent.call), verdict: "deny" },
        { ...returned(intent.call, intent.text), ok: false },
      ];
    case "call_model": {
      const reply = replies.shift();
      if (!reply) throw new Error(`the script has no reply for step ${intent.step}`);
      if ("failWith" in reply) {
        return [
          {
            type: "model.failed",
            step: intent.step,
            code: reply.failWith,
            message: "failed",
            willRetry: reply.willRetry,
          },
        ];
      }
      return [{ type: "model.replied", step: intent.step, reply }];
    }
    case "call_tool":
      return callTool(intent, state, script);
    case "report_interrupted":
      return [{ ...returned(intent.call, "interrupted"), ok: false, interrupted: true }];
    case "checkpoint":
      return [{ type: "checkpoint.created", number: intent.number, commit, files: [...state.filesTouched] }];
    case "ask_person":
      return [
        { type: "tool.called", step: intent.step, ...call(intent.call), verdict: "ask" },
        {
          type: "approval.requested",
          approvalId: "apr_0" as never,
          kind: "question",
          question: intent.question,
          options: intent.options,
          callId: intent.call.callId,
        },
      ];
    case "ask_approval":
      return [
        {
          type: "approval.requested",
          approvalId: "apr_0" as never,
          kind: "command",
          question: `run ${intent.call.name}?`,
          options: [],
          callId: intent.call.callId,
          subject: intent.subject,
        },
      ];
    case "verify_change":
      return [
        startEvent(intent.attempt, script),
        { type: "change.verified", revision: intent.revision, tests: [], problem: null },
        finished({ type: "proposed", summary: intent.summary, revision: intent.revision }),
      ];
    case "propose":
      return [finished(intent.stop ?? { type: "finished", summary: intent.summary })];
    case "answer":
      return [finished({ type: "answered", answer: intent.answer, citations: intent.citations })];
    case "end":
      return [finished(intent.outcome)];
    case "rest":
      return [];
  }
}

function startEvent(attempt: number, script: Script): TaskEvent {
  return {
    type: "run.started",
    runId: "run_0" as never,
    attempt,
    baseCommit: commit,
    model: {
      provider: "test",
      name: "scripted",
      windowTokens: script.windowTokens ?? 8192,
      canCallTools: true,
      canThink: false,
      ...script.model,
    },
    systemPrompt: "system",
    tools: script.tools,
    ...(script.planFirst ? { planFirst: true } : {}),
    ...(script.expansion === undefined ? {} : { expandsGoal: true }),
  };
}

function callTool(intent: Extract<Intent, { type: "call_tool" }>, state: Fold, script: Script): TaskEvent[] {
  const judged = intent.approvalId ? undefined : script.judge?.(intent.call);
  const verdict = judged?.verdict ?? "allow";
  const called: TaskEvent = {
    type: "tool.called",
    step: intent.step,
    ...call(intent.call),
    verdict,
    reason: judged?.reason ?? "",
    approvalId: intent.approvalId,
  };
  if (verdict === "ask") return [called];
  if (verdict === "deny") return [called, { ...returned(intent.call, judged?.reason ?? ""), ok: false }];
  const result = script.observe(intent.call);
  const tests = result.test
    ? [
        {
          argv: ["test"],
          framework: "pytest",
          phase: testPhase(state),
          exitCode: 0,
          signal: null,
          passed: 1,
          failed: 0,
          skipped: 0,
          durationMs: 1,
          outputTail: "",
        },
      ]
    : [];
  return [
    called,
    {
      ...returned(intent.call, result.observation),
      ok: result.ok,
      ...(result.refused ? { refused: true } : {}),
      filesTouched: result.filesTouched ?? [],
      tests,
    },
    ...(result.plan ? [{ type: "plan.updated" as const, plan: result.plan, by: "model" }] : []),
  ];
}

function call(planned: PlannedCall): { callId: string; name: string; arguments: Record<string, unknown> } {
  return { callId: planned.callId, name: planned.name, arguments: planned.arguments };
}

function returned(planned: PlannedCall, observation: string): Extract<TaskEvent, { type: "tool.returned" }> {
  return {
    type: "tool.returned",
    callId: planned.callId,
    ok: true,
    observation,
    interrupted: false,
    durationMs: 1,
    filesTouched: [],
    tests: [],
  };
}

function finished(outcome: Extract<TaskEvent, { type: "run.finished" }>["outcome"]): TaskEvent {
  return { type: "run.finished", runId: "run_0" as never, outcome };
}
