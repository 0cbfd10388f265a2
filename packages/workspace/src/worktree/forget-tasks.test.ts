import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitObjectId, type TaskId } from "@outpost/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorkplace, makeRepository, type Workplace } from "../fixture/workplace.ts";

let workplace: Workplace;
beforeEach(() => {
  workplace = createWorkplace();
});
afterEach(() => workplace.remove());

it("takes every ref and what is left of worktrees of the tasks named, and nothing of others", async () => {
  const { host, newId, directory } = workplace;
  const source = join(directory, "source");
  makeRepository(source, { "a.txt": "0\n" });
  const repository = workplace.repositoryAt(source);
  const baseCommit = GitObjectId.parse((await host.import(repository)).headCommit);
  const record = async (taskId: TaskId): Promise<GitObjectId> => {
    const worktree = await host.openWorktree({ repository, taskId, runId: newId("run"), fence: 1, baseCommit });
    writeFileSync(join(worktree.root, "a.txt"), `1 ${taskId}\n`);
    const checkpoint = await worktree.checkpoint(1);
    await worktree.close();
    return GitObjectId.parse(checkpoint?.commit);
  };
  const [gone, kept] = [newId("tsk"), newId("tsk")];
  const [mine, theirs] = [await record(gone), await record(kept)];
  const worktrees = join(workplace.dataDirectory, "worktrees");
  for (const id of [gone, kept]) mkdirSync(join(worktrees, id, "run-1"), { recursive: true });
  await host.forgetTasks(repository.id, [gone]);
  expect(await host.findCommits(repository, [mine, theirs])).toEqual(new Set([theirs]));
  expect(readdirSync(worktrees)).toEqual([kept]);
  // Again, and of a repository that was never imported: nothing happens.
  await host.forgetTasks(repository.id, [gone]);
  await host.forgetTasks(newId("rep"), [gone]);
});
