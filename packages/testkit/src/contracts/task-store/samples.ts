// Data for the task store's contract: repositories, tasks, changes, facts and the events that runs begin and end with.
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
