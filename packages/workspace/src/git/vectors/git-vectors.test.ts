// Every git operation that Outpost performs, on repositories that make plain git run their programs: none may be run. There is no
// sandbox here, so that what runs leaves its mark on the host; the git profile of the sandbox is a second wall.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worktree } from "@outpost/core";
import type { Change, Repository } from "@outpost/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkplace, makeRepository, userGit, type Workplace } from "../../fixture/workplace.ts";
import { createCheckoutSourceTree } from "../../source-tree/checkout-source-tree.ts";
import { createCommitSourceTree } from "../../source-tree/commit-source-tree.ts";
import { createWorktreeSourceTree } from "../../source-tree/worktree-source-tree.ts";
import { configurationVectors } from "./configuration-vectors.fixture.ts";
import { directoryVectors } from "./directory-vectors.fixture.ts";
import type { Vector } from "./vector.fixture.ts";

const isFull = process.env["OUTPOST_FULL"] === "1";
// the swapped git directory last: what comes after it in a group would not find hooks
const vectors: readonly Vector[] = [...configurationVectors, ...directoryVectors];
/** One repository for each; in the cut, one for eight of them. */
const groups = isFull
  ? vectors.map((vector) => [vector])
  : Array.from({ length: Math.ceil(vectors.length / 8) }, (_, at) => vectors.slice(at * 8, at * 8 + 8));

let place: Workplace;
let root: string;
let script: string;
let marker: string;

beforeEach(() => {
  place = createWorkplace();
  root = join(place.directory, "source");
  marker = join(place.directory, "executed");
  script = join(place.directory, "evil.sh");
  makeRepository(root, { "a.txt": "one\n", "b.txt": "base\n" });
  writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> "${marker}"\n`);
  chmodSync(script, 0o755);
});
afterEach(() => place.remove());

const executed = () => (existsSync(marker) ? readFileSync(marker, "utf8") : "");

/** What happens to a repository between its registration and a reverted change. */
async function operate(repository: Repository): Promise<number> {
  const { host, git, dataDirectory } = place;
  const { source, id: repositoryId } = repository;
  await host.import(repository);
  const baseCommit = await host.snapshot(repository);
  const checkout = createCheckoutSourceTree({ git, source });
  const { files } = await checkout.list(new Map());
  for (const file of files) await checkout.read(file);
  await createCommitSourceTree({ git, dataDirectory, repositoryId, commit: baseCommit }).list(new Map());
  const ids = { taskId: place.newId("tsk"), runId: place.newId("run"), fence: 1 };
  const worktree = await host.openWorktree({ repository, ...ids, baseCommit });
  let looked = await work(worktree, "first", 1);
  // What a command of the run can do: leave the hostile repository in the worktree, at its top and further down.
  cpSync(join(root, ".git"), join(worktree.root, ".git"), { recursive: true });
  cpSync(root, join(worktree.root, "nested"), { recursive: true });
  looked += await work(worktree, "second", 2);
  const tree = createWorktreeSourceTree({ git, dataDirectory, repositoryId, root: worktree.root, baseCommit });
  looked += (await tree.list(new Map())).files.length;
  const again = await host.openWorktree({ repository, ...ids, fence: 2, baseCommit });
  writeFileSync(join(again.root, "new.txt"), "new\n");
  const diff = await again.diffToBase();
  if (diff === null) throw new Error("nothing changed");
  const applyTarget = { type: "checkout" as const };
  const change = { ...diff, taskId: ids.taskId, revision: 1, applyTarget, summary: "", tests: [] } as unknown as Change;
  await host.renderPatch(repository, change);
  const applied = await host.apply(repository, change);
  await host.revert(repository, applied.files, applied.undo);
  await worktree.close();
  await again.close();
  userGit(root, [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "commit.gpgSign=false",
    "commit",
    "--quiet",
    "--allow-empty",
    "-m",
    "more",
  ]);
  rmSync(marker, { force: true });
  await host.import(repository);
  return looked;
}

async function work(worktree: Worktree, text: string, number: number): Promise<number> {
  writeFileSync(join(worktree.root, "b.txt"), `${text}\n`);
  mkdirSync(join(worktree.root, `made-${number}`));
  writeFileSync(join(worktree.root, `made-${number}`, "c.txt"), "c\n");
  expect(await worktree.checkpoint(number)).not.toBeNull();
  await worktree.git.status();
  await worktree.git.diff();
  await worktree.git.log({ limit: 5 });
  await worktree.git.commit(`${text}\n\nevil: trailer`);
  await worktree.files.find("**", 100);
  const found = await worktree.git.grep({ pattern: text, regex: false, ignoreCase: true, limit: 5 });
  return found.matches.length;
}

describe("a repository that makes git run its programs", () => {
  it("is one of at least 33", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(33);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    expect(vectors.filter(({ trigger }) => trigger !== null).length).toBeGreaterThanOrEqual(28);
  });

  it.each(groups.map((group) => ({ group, names: group.map(({ name }) => name).join(", ") })))(
    "runs nothing in any operation: $names",
    async ({ group }) => {
      for (const { plant } of group) plant(root, script);
      rmSync(marker, { force: true });
      const looked = await operate(place.repositoryAt(root));
      expect(looked).toBeGreaterThan(2);
      expect(executed()).toBe("");
    },
  );

  it.each(vectors.filter(({ trigger }) => trigger !== null))("$name: does run with plain git", ({ plant, trigger }) => {
    plant(root, script);
    rmSync(marker, { force: true });
    trigger?.(root);
    expect(executed()).not.toBe("");
  });
});
