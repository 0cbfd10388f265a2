// Looks at a data directory, or at a backup, and says what is sound, what is damaged and what of it can still be read. Changes nothing, and
// may run beside a server.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isOutpostError,
  manifestFileName,
  OutpostError,
  type Verification,
  type VerifiedPart,
} from "@outpost/protocol";
import { createProcessRunner } from "@outpost/sandbox";
import { assertIntactPages, examineTaskDatabase, listNeededObjects, type NeededObject } from "@outpost/store";
import { createGitRunner, type GitRunner } from "@outpost/workspace";
import { readManifest } from "./backup.ts";
import { describeFile } from "./backup-contents.ts";

const maxProblems = 20;

/** Rejects with `not_found` when there is neither a data directory nor a backup. */
export async function verifyDirectory(path: string): Promise<Verification> {
  const isBackup = await isThere(join(path, manifestFileName));
  if (!isBackup && !(await isThere(join(path, "tasks.db"))))
    throw new OutpostError("not_found", `"${path}" is neither a data directory nor a backup: it has no tasks.db`);
  const examined = examineTaskDatabase(join(path, "tasks.db"));
  const { tasks, events, brokenTasks } = examined;
  const database = partOf("tasks.db", examined.problems, `tasks: ${tasks.whole}, events: ${events.readable}`);
  if (!examined.isSound)
    database.detail = `${tasks.whole} of ${tasks.expected} tasks and ${events.readable} of ${events.expected} events can be recovered`;
  const parts = [
    ...(isBackup ? [await verifyFiles(path)] : []),
    database,
    await verifyMirrors(path, examined.isSound),
    ...(isBackup ? [] : [await verifyIndex(join(path, "index.db"))]),
  ];
  const ok = parts.every(({ state }) => state !== "damaged");
  return { path, kind: isBackup ? "backup" : "data", ok, parts, tasks, events, brokenTasks };
}

function partOf(name: string, problems: string[], detail: string): VerifiedPart {
  const isSound = problems.length === 0;
  return { name, state: isSound ? "sound" : "damaged", detail, problems: problems.slice(0, maxProblems) };
}

/** Every file of the manifest, by its hash. */
async function verifyFiles(path: string): Promise<VerifiedPart> {
  const { files } = await readManifest(path);
  const problems: string[] = [];
  for (const wanted of files) {
    const found = await describeFile(path, wanted.path).catch(() => null);
    if (found === null) problems.push(`"${wanted.path}" is missing or cannot be read`);
    else if (found.sha256 !== wanted.sha256) problems.push(`"${wanted.path}" is not what was backed up`);
  }
  return partOf("files", problems, `${files.length - problems.length} of ${files.length} are what was backed up`);
}

async function verifyIndex(path: string): Promise<VerifiedPart> {
  const name = "index.db";
  const there = await stat(path).catch(() => null);
  if (there === null || there.size === 0)
    return { name, state: "rebuildable", detail: "not there; indexing makes it", problems: [] };
  try {
    assertIntactPages(path);
    return partOf(name, [], "can be rebuilt at any time");
  } catch (error) {
    if (!isOutpostError(error)) throw error;
    return { name, state: "rebuildable", detail: "damaged; the next start rebuilds it", problems: [error.message] };
  }
}

/** Whether the mirrors hold what the tasks need to go on. */
async function verifyMirrors(path: string, isDatabaseSound: boolean): Promise<VerifiedPart> {
  const name = "mirrors";
  if (!isDatabaseSound)
    return { name, state: "not_looked_at", detail: "which objects are needed is in tasks.db", problems: [] };
  const byRepository = groupByRepository(listNeededObjects(join(path, "tasks.db")));
  const scratch = await mkdtemp(join(tmpdir(), "outpost-verify-"));
  try {
    const runner = await createProcessRunner({ dataDirectory: scratch });
    const git = createGitRunner({ runner, globalConfigPath: join(scratch, "git", "config") });
    const problems: string[] = [];
    let objects = 0;
    for (const [repositoryId, needed] of byRepository) {
      objects += needed.length;
      const gitDir = join(path, "repositories", repositoryId, "mirror.git");
      problems.push(...(await findMissing(git, gitDir, needed)));
    }
    return partOf(name, problems, `${objects} commits and trees that tasks go on from`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function findMissing(git: GitRunner, gitDir: string, needed: readonly NeededObject[]): Promise<string[]> {
  if (!(await isThere(join(gitDir, "HEAD")))) return [`the mirror "${gitDir}" is not there`];
  const stdin = needed.map(({ object }) => `${object}\n`).join("");
  const { text } = await git.run({ args: ["cat-file", "--batch-check"], gitDir, readable: [gitDir], stdin });
  const missing = new Set(text.split("\n").flatMap((line) => (line.endsWith(" missing") ? [line.split(" ")[0]] : [])));
  return needed
    .filter(({ object }) => missing.has(object))
    .map(({ taskId, object }) => `task "${taskId}" needs ${object}, which its mirror does not hold`);
}

function groupByRepository(needed: readonly NeededObject[]): Map<string, NeededObject[]> {
  const groups = new Map<string, NeededObject[]>();
  for (const item of needed) {
    const known = groups.get(item.repositoryId);
    if (known) known.push(item);
    else groups.set(item.repositoryId, [item]);
  }
  return groups;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
