import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitObjectId } from "@outpost/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorkplace, makeRepository, type Workplace } from "../fixture/workplace.ts";

let workplace: Workplace;
beforeEach(() => {
  workplace = createWorkplace();
});
afterEach(() => workplace.remove());

it("keeps the last checkpoint of a run, drops the others with what only they held, and leaves other tasks alone", async () => {
  const { host, newId } = workplace;
  const source = join(workplace.directory, "source");
  makeRepository(source, { "a.txt": "0\n" });
  const repository = workplace.repositoryAt(source);
  const baseCommit = GitObjectId.parse((await host.import(repository)).headCommit);
  const record = async (taskId: ReturnType<typeof newId<"tsk">>, count: number) => {
    const worktree = await host.openWorktree({ repository, taskId, runId: newId("run"), fence: 1, baseCommit });
    const commits: GitObjectId[] = [];
    for (let number = 1; number <= count; number++) {
      writeFileSync(join(worktree.root, "a.txt"), `${number} ${taskId}\n`);
      commits.push(GitObjectId.parse((await worktree.checkpoint(number))?.commit));
    }
    await worktree.close();
    return commits;
  };
  const [task, other] = [newId("tsk"), newId("tsk")];
  const mine = [...(await record(task, 4)), ...(await record(task, 2))];
  const theirs = await record(other, 2);
  expect(await host.findCommits(repository, [...mine, ...theirs])).toEqual(new Set([...mine, ...theirs]));
  expect(await host.collectCheckpoints(repository, task)).toBe(4);
  expect(await host.findCommits(repository, [...mine, ...theirs])).toEqual(new Set([mine[3], mine[5], ...theirs]));
  expect(await host.collectCheckpoints(repository, task)).toBe(0);
  // What is kept can still be gone back to.
  const again = await host.openWorktree({
    repository,
    taskId: task,
    runId: newId("run"),
    fence: 2,
    baseCommit,
    ...(mine[3] ? { checkpoint: mine[3] } : {}),
  });
  expect(Buffer.from((await again.files.read("a.txt")).bytes).toString()).toBe(`4 ${task}\n`);
  await again.close();
});
