// A git that was killed leaves its lock files behind: they are in nobody's way for long, and one that is in use is waited for.
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorkplace, importForRun, makeRepository, type Workplace } from "../fixture/workplace.ts";
import { mirrorDirectory } from "./mirror.ts";

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});
afterEach(() => place.remove());

async function openedWorktree() {
  const source = join(place.directory, "source");
  makeRepository(source, { "a.txt": "a\n" });
  const request = await importForRun(place, source);
  const { repository } = request;
  const worktree = await place.host.openWorktree(request);
  const gitDir = mirrorDirectory(place.dataDirectory, repository.id);
  return { worktree, repository, gitDir, lock: join(gitDir, `refs/outpost/${request.taskId}/${request.runId}/1.lock`) };
}

function leave(lock: string, ageMs: number): void {
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(lock, at, at);
}

it("a lock left behind is taken away, and the checkpoint is made", async () => {
  const { worktree, lock } = await openedWorktree();
  leave(lock, 60_000);
  writeFileSync(join(worktree.root, "b.txt"), "b\n");
  expect((await worktree.checkpoint(1))?.files).toEqual(["b.txt"]);
  expect(existsSync(lock)).toBe(false);
});

it("a lock in use is waited for", async () => {
  const { worktree, lock } = await openedWorktree();
  leave(lock, 0);
  writeFileSync(join(worktree.root, "b.txt"), "b\n");
  const freed = setTimeout(() => rmSync(lock), 400);
  expect((await worktree.checkpoint(1))?.files).toEqual(["b.txt"]);
  clearTimeout(freed);
});

it("a lock left behind by an import is in no later import's way", async () => {
  const { repository, gitDir } = await openedWorktree();
  const lock = join(gitDir, "refs/outpost/source/HEAD.lock");
  leave(lock, 60_000);
  const source = join(place.directory, "source");
  makeRepository(source, { "a.txt": "a\n", "c.txt": "c\n" });
  expect((await place.host.import(repository)).headCommit).toMatch(/^[0-9a-f]{40}$/);
  expect(existsSync(lock)).toBe(false);
});
