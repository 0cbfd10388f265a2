// One event of every type, in an order that the table of states allows.
import type { TaskEvent, TaskId } from "@outpost/protocol";
import { commitId, message, newId, runFinished, runStarted, sampleChange, sampleFact, startMs } from "./samples.ts";

const decision = { accepted: true, reason: null, by: "ada" };
const applied = {
  path: "src/parser.ts",
  beforeHash: null,
  afterHash: "ab",
  beforeMode: null,
  afterMode: "100644",
} as const;

/** Every type of event at least once. `task.created` comes first and is the store's own. */
export function everyEvent(taskId: TaskId): TaskEvent[] {
  return [...untilRunning(), ...stepEvents(), ...approvalEvents(), ...changeEvents(taskId)];
}

function untilRunning(): TaskEvent[] {
  return [
    message("and the lexer; \u0000 \u{1f9ea} \ud800"),
    { type: "task.paused", by: "ada" },
    { type: "task.queued", reason: "resumed" },
    { type: "task.moved", priority: 7, by: "ada" },
    { type: "task.blocked", after: [newId("tsk")], because: "comes after another" },
    { type: "task.queued", reason: "dependencies" },
    runStarted(1),
  ];
}

function stepEvents(): TaskEvent[] {
  const account = {
    window: 8192,
    system: 10,
    tools: 20,
    memory: 0,
    history: 30,
    plan: 5,
    hits: 40,
    reply: 50,
    observation: 60,
    factor: 1.5,
  };
  const hit = {
    path: "a.ts",
    startLine: 1,
    endLine: 2,
    language: "typescript",
    kind: "function",
    symbol: "a",
    score: 1.5,
  };
  const coverage = {
    state: "ready",
    files: 1,
    chunks: 2,
    skippedFiles: 0,
    indexedAtMs: startMs,
    staleFiles: 0,
    notes: [] as string[],
    freshness: "followed",
  } as const;
  const usage = { promptTokens: 1, outputTokens: 2, firstTokenMs: null, totalMs: 3 };
  const toolCalls = [{ id: "c1", name: "read_file", arguments: { path: "a.ts", nested: [{ deep: "x" }] } }];
  return [
    {
      type: "step.started",
      step: 1,
      query: "parser",
      packedHits: "a.ts:1-2",
      hits: [{ ...hit, reasons: [{ signal: "lexical", value: 1.5, detail: "parser" }] }],
      coverage,
      account,
      expansion: { names: ["parseLine"], words: ["token"], model: "scripted/one", usage },
    },
    { type: "model.failed", step: 1, code: "timeout", message: "no answer", willRetry: true },
    {
      type: "model.switched",
      step: 1,
      from: { provider: "scripted", name: "one" },
      to: { provider: "scripted", name: "two", windowTokens: 4096, canCallTools: true, canThink: false },
      reason: "no answer",
    },
    { type: "model.replied", step: 1, reply: { content: "", thinking: "hm", toolCalls, finishReason: "stop", usage } },
    { type: "tool.called", step: 1, callId: "c1", name: "read_file", arguments: { path: "a.ts" }, verdict: "allow" },
    {
      type: "tool.returned",
      callId: "c1",
      ok: true,
      observation: "let a;",
      interrupted: false,
      durationMs: 4,
      filesTouched: [],
      tests: [],
    },
    { type: "checkpoint.created", number: 1, commit: commitId, files: ["a.ts"] },
    { type: "checkpoint.restored", number: 1, commit: commitId, by: "ada" },
    { type: "history.folded", throughSeq: 4 },
    ...loopEvents(),
  ];
}

function loopEvents(): TaskEvent[] {
  const workState = {
    objective: "mend it",
    decisions: [],
    done: ["read a.ts"],
    next: "",
    filesRead: [],
    filesChanged: [],
  };
  const plan = {
    steps: [{ text: "read a.ts", state: "done" as const }],
    filesToRead: [],
    filesToModify: ["a.ts"],
    assumptions: [],
    tests: [],
  };
  return [
    { type: "history.summarised", throughSeq: 4, workState, tokensBefore: 900, tokensAfter: 300 },
    { type: "notice.given", kind: "loop", text: "do something else" },
    { type: "protocol.changed", protocol: "text", instructions: "in plain text", reason: "it could not be read" },
    { type: "plan.updated", plan, by: "model" },
  ];
}

function approvalEvents(): TaskEvent[] {
  const approvalId = newId("apr");
  return [
    { type: "approval.requested", approvalId, kind: "question", question: "sure?", options: ["yes"], callId: null },
    { type: "approval.decided", approvalId, answer: "yes", accepted: true, by: "ada" },
    { type: "fact.proposed", approvalId: newId("apr"), fact: sampleFact(), reason: "it is tainted", expiresAtMs: null },
    { type: "fact.decided", approvalId: newId("apr"), accepted: false, answer: "no", by: "ada", how: "person" },
    { type: "fact.learned", fact: sampleFact() },
    { type: "run.resumed", runId: newId("run"), fence: 2, reason: "lease expired" },
  ];
}

const hunksDecided: TaskEvent = {
  type: "hunks.decided",
  revision: 1,
  hunks: { "0123456789abcdef": { decision: "reject", reason: "no", lines: null } },
  files: {},
  by: "ada",
  follow: "hold",
  checkpoint: null,
  paths: [],
  held: { hunks: [], files: [] },
  target: null,
  reason: null,
};

function changeEvents(taskId: TaskId): TaskEvent[] {
  const conflicts = [{ path: "src/parser.ts", reason: "changed since" }];
  return [
    { type: "task.cancel_requested", by: "ada" },
    { type: "change.proposed", change: sampleChange(taskId, 1) },
    runFinished({ type: "proposed", summary: "renamed", revision: 1 }),
    { type: "change.apply_failed", revision: 1, conflicts, by: "ada" },
    { type: "change.rebased", revision: 1, conflicts, by: "ada" },
    hunksDecided,
    { type: "change.verified", revision: 1, tests: [], problem: "no tests were found" },
    { type: "change.applied", revision: 1, decision, target: "checkout", files: [applied], undo: "undo/1" },
    { type: "change.reverted", revision: 1, files: [applied], by: "ada" },
    { type: "task.queued", reason: "message" },
    runStarted(2),
    { type: "change.proposed", change: sampleChange(taskId, 2) },
    runFinished({ type: "proposed", summary: "renamed again", revision: 2 }),
    { type: "change.rejected", revision: 2, decision: { accepted: false, reason: "no", by: "ada" } },
    { type: "task.queued", reason: "retry", retry: 0, by: "ada" },
    runStarted(3),
    runFinished({ type: "failed", code: "unavailable", message: "no model", retryable: true }),
    { type: "task.died", retries: 3, because: "no model" },
  ];
}
