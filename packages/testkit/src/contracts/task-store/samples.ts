// Data for the task store's contract: repositories, tasks, and one event of every type, in an order that the table of states allows.
import type { CreateTask, TaskStore } from "@outpost/core";
import {
  type AccessToken,
  type Change,
  createIdFactory,
  emptyEnvironment,
  type GitObjectId,
  type LearnedFact,
  type NewId,
  type Repository,
  type RepositoryId,
  type RunId,
  type Task,
  type TaskEvent,
  type TaskEventOf,
  type TaskId,
  TaskSpec,
} from "@outpost/protocol";

export const startMs = 1_800_000_000_000;

let idsMade = 0;
/** Each id is later than the one before; nothing is random. */
export const newId: NewId = createIdFactory(
  () => startMs + idsMade++,
  (count) => new Uint8Array(count),
);

export const commitId = "1".repeat(40) as GitObjectId;
const treeId = "2".repeat(40) as GitObjectId;

export function sampleRepository(name = "sample"): Repository {
  const id = newId("rep");
  return {
    id,
    name,
    source: { type: "path", path: `/srv/${id}` },
    isGit: true,
    headCommit: commitId,
    headBranch: "main",
    environment: emptyEnvironment,
    createdAtMs: startMs,
    importedAtMs: null,
  };
}

export function sampleToken(name: string): AccessToken {
  return {
    id: newId("tok"),
    name,
    scopes: ["read", "submit"],
    createdAtMs: startMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
    revokedAtMs: null,
  };
}

export async function addRepository(store: TaskStore): Promise<RepositoryId> {
  const repository = sampleRepository();
  await store.createRepository(repository);
  return repository.id;
}

export function taskCommand(
  repositoryId: RepositoryId,
  values: Partial<CreateTask> & Partial<Pick<TaskSpec, "priority" | "after" | "notBeforeMs" | "dryRun">> = {},
): CreateTask {
  const { priority = 5, after, notBeforeMs, dryRun, ...rest } = values;
  const spec = TaskSpec.parse({
    ...{ repositoryId, instruction: "rename the parser", priority },
    ...(after ? { after } : {}),
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(dryRun === undefined ? {} : { dryRun }),
  });
  return { taskId: newId("tsk"), spec, by: "ada", nowMs: startMs, ...rest };
}

export async function addTask(store: TaskStore, repositoryId: RepositoryId, priority = 5): Promise<Task> {
  const { task } = await store.createTask(taskCommand(repositoryId, { priority }));
  return task;
}

export function message(text: string): TaskEventOf<"message.added"> {
  return { type: "message.added", text, by: "ada" };
}

export function runStarted(attempt: number, systemPrompt = "be brief"): TaskEventOf<"run.started"> {
  return {
    type: "run.started",
    runId: newId("run"),
    attempt,
    baseCommit: commitId,
    model: { provider: "scripted", name: "one", windowTokens: 8192, canCallTools: true, canThink: false },
    systemPrompt,
    tools: [{ name: "read_file", description: "reads", parameters: { type: "object" }, effect: "read" }],
  };
}

export function runFinished(outcome: TaskEventOf<"run.finished">["outcome"], runId: RunId = newId("run")): TaskEvent {
  return { type: "run.finished", runId, outcome };
}

/** From outside a run: no fence, whatever the last event was. */
export async function appendAny(store: TaskStore, taskId: TaskId, ...events: TaskEvent[]): Promise<Task> {
  return (await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: startMs })).task;
}

export function sampleFact(text = "The tests are run by: make test"): LearnedFact {
  const source = { type: "command" as const, taskId: newId("tsk"), step: 3, argv: ["make", "test"] };
  return { id: newId("fct"), kind: "test", text, source, approvedBy: null };
}

export function sampleChange(taskId: TaskId, revision: number): Change {
  return {
    taskId,
    revision,
    baseCommit: commitId,
    tree: treeId,
    applyTarget: "checkout",
    summary: "renames the parser",
    files: [
      {
        path: "src/parser.ts",
        oldPath: null,
        kind: "modified",
        oldMode: "100644",
        newMode: "100755",
        oldBlob: commitId,
        newBlob: treeId,
        binary: false,
        language: "typescript",
        addedLines: 1,
        removedLines: 1,
        hunks: [
          { id: "0123456789abcdef", oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ["-let a;", "+let b;"] },
        ],
      },
    ],
    addedLines: 1,
    removedLines: 1,
    tests: [],
  };
}

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
