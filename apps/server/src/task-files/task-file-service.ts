// Watches tasks.yaml: the one in the data directory, which is the operator's, and those of repositories for which the operator switched it on.
// Each entry becomes a task once, over restarts; an edited one becomes another, and the earlier is cancelled when it was not begun.
// A repository's file is text of others: its tasks carry a mark of where they are from, which takes automatic approval away, have priority 5 at
// most, and can ask for nothing but what an entry can say. Links are not followed.
import { constants, readFileSync, renameSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import {
  isOutpostError,
  OutpostError,
  type Repository,
  type Task,
  type TaskFileList,
  type TaskFileStatus,
  TaskId,
  TaskSpec,
  type TaskState,
} from "@outpost/protocol";
import type { Logger } from "pino";
import { z } from "zod";
import { type ParsedTaskFile, type PlacedEntry, parseTaskFile } from "./parse-task-file.ts";

export interface TaskFilePorts {
  store: Pick<TaskStore, "getTask" | "listRepositories">;
  submit(spec: TaskSpec, by: string, idempotencyKey: string): Promise<Task>;
  cancel(taskId: TaskId, by: string): Promise<Task>;
  dataDirectory: string;
  /** Names or ids of repositories whose own file is watched. */
  repositories: readonly string[];
  nowMs: () => number;
  logger: Logger;
}

export interface TaskFileService {
  list(): TaskFileList;
  /** Looks at each file once. Never twice at the same time. */
  look(): Promise<void>;
}

const fileName = "tasks.yaml";
const maxReadBytes = 300_000;
const highestOfRepository = 5;
const notBegun: ReadonlySet<TaskState> = new Set<TaskState>(["queued", "scheduled", "blocked", "paused"]);

const Known = z.record(z.string(), z.record(z.string(), z.object({ hash: z.string(), taskId: TaskId })));
type Known = z.infer<typeof Known>;

interface Source {
  path: string;
  /** Null: the data directory's. */
  repository: Repository | null;
}

export function createTaskFileService(ports: TaskFilePorts): TaskFileService {
  const recordPath = join(ports.dataDirectory, "task-files.json");
  const known = readKnown(recordPath);
  const statuses = new Map<string, TaskFileStatus>();
  const texts = new Map<string, string>();

  function remember(path: string, entries: Known[string]): void {
    known[path] = entries;
    writeFileSync(`${recordPath}.new`, JSON.stringify(known), { mode: 0o600 });
    renameSync(`${recordPath}.new`, recordPath);
  }

  async function lookAt(source: Source, repositories: readonly Repository[]): Promise<void> {
    const { path, repository } = source;
    const text = await readPlainFile(path);
    if (text === null) {
      texts.delete(path);
      statuses.set(path, {
        path,
        repository: repository?.name ?? null,
        readAtMs: null,
        entries: 0,
        tasks: [],
        problems: [],
      });
      return;
    }
    // What did not change needs no second look, unless something of it could not be submitted.
    if (texts.get(path) === text && statuses.get(path)?.problems.length === 0) return;
    const parsed = parseTaskFile(text);
    const tasks = await submitAll(source, parsed, repositories);
    texts.set(path, text);
    const { entries, problems } = parsed;
    if (problems.length > 0) ports.logger.warn({ path, problems: problems.slice(0, 20) }, "task_file.problems");
    statuses.set(path, {
      ...{
        path,
        repository: repository?.name ?? null,
        readAtMs: ports.nowMs(),
        entries: entries.length,
        tasks,
        problems,
      },
    });
  }

  /** Adds to `parsed.problems` what could not be submitted. */
  async function submitAll(source: Source, parsed: ParsedTaskFile, repositories: readonly Repository[]) {
    const before = known[source.path] ?? {};
    const after: Known[string] = {};
    const tasks: TaskFileStatus["tasks"] = [];
    for (const placed of parsed.entries) {
      try {
        const earlier = before[placed.key];
        const taskId = earlier?.hash === placed.hash ? earlier.taskId : await submitOne(source, placed, repositories);
        if (earlier && earlier.taskId !== taskId) await cancelEarlier(earlier.taskId, source);
        after[placed.key] = { hash: placed.hash, taskId };
        // At once: what was submitted is not submitted again after a kill.
        if (earlier?.taskId !== taskId) remember(source.path, { ...before, ...after });
        tasks.push({ key: placed.key, line: placed.line, taskId });
      } catch (error) {
        if (!isOutpostError(error)) throw error;
        parsed.problems.push({ line: placed.line, message: error.message });
      }
    }
    // What left the file is forgotten, so that the record never outgrows it.
    if (Object.keys(before).some((key) => !(key in after))) remember(source.path, after);
    return tasks;
  }

  async function submitOne(source: Source, placed: PlacedEntry, repositories: readonly Repository[]): Promise<TaskId> {
    const spec = composeSpec(source, placed, repositories);
    const key = `task-file:${source.repository?.id ?? "data"}:${placed.key}:${placed.hash}`;
    return (await ports.submit(spec, byOf(source), key)).id;
  }

  async function cancelEarlier(taskId: TaskId, source: Source): Promise<void> {
    const task = await ports.store.getTask(taskId).catch(() => null);
    if (task && notBegun.has(task.state) && task.attempt === 0) await ports.cancel(taskId, byOf(source));
  }

  return {
    list: () => ({ items: [...statuses.values()] }),
    async look() {
      const repositories = await ports.store.listRepositories();
      const watched = repositories.filter(
        ({ id, name }) => ports.repositories.includes(id) || ports.repositories.includes(name),
      );
      const sources: Source[] = [
        { path: join(ports.dataDirectory, fileName), repository: null },
        ...watched.flatMap((repository) =>
          repository.source.type === "path" ? [{ path: join(repository.source.path, fileName), repository }] : [],
        ),
      ];
      for (const source of sources) await lookAt(source, repositories);
    },
  };
}

const byOf = ({ repository }: Source): string => (repository ? `tasks.yaml of ${repository.name}` : "tasks.yaml");

/** Throws an `OutpostError` for an entry that names what is not there. */
function composeSpec(
  { repository, path }: Source,
  { entry }: PlacedEntry,
  repositories: readonly Repository[],
): TaskSpec {
  const { description, priority, workflow, expandGoal, metadata } = entry;
  const common = {
    ...{ instruction: description, workflow },
    ...(expandGoal === undefined ? {} : { expandGoal }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
  if (repository) {
    if (entry.repository !== undefined && entry.repository !== repository.name && entry.repository !== repository.id)
      throw refusal(`a file in a repository names its own tasks only, not those of "${entry.repository}"`);
    const origin = {
      name: "where this task is from",
      text: `It was read from ${path}, a file in the repository itself.`,
    };
    return TaskSpec.parse({
      ...{ ...common, repositoryId: repository.id, priority: Math.min(priority, highestOfRepository) },
      attachments: [origin],
    });
  }
  const named = repositories.filter(({ id, name }) => id === entry.repository || name === entry.repository);
  const [only, ...others] = named;
  if (!only || others.length > 0)
    throw refusal(
      `repository: ${named.length === 0 ? "there is no" : "there are several"} "${entry.repository ?? ""}"; see outpost repo list`,
    );
  return TaskSpec.parse({ ...common, repositoryId: only.id, priority });
}

function refusal(message: string): OutpostError {
  return new OutpostError("invalid_input", message);
}

/** Null where there is no such file; a link is none. */
async function readPlainFile(path: string): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return null;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxReadBytes), 0, maxReadBytes, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function readKnown(path: string): Known {
  try {
    return Known.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}
