// For the property tests: repositories of the person's, and changes to them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "@outpost/protocol";
import { userGit, type Workplace } from "../fixture/workplace.ts";
import {
  copyDirectory,
  filesOf,
  look,
  type RandomTree,
  replaceFiles,
  writeFiles,
} from "./random-repository.fixture.ts";

/** A repository at the root, with untracked, ignored and perhaps nested files. */
export function createSource(template: string, root: string, base: RandomTree, nested: boolean): string {
  copyDirectory(join(template, ".git"), join(root, ".git"));
  writeFiles(root, base);
  writeFileSync(join(root, ".gitignore"), "ignored/\n*.tmp\n");
  userGit(root, ["add", "--all"]);
  userGit(root, ["commit", "--quiet", "-m", "base"]);
  writeFiles(root, {
    "untracked/x": { kind: "exec", text: "mine\r\n\xe9" },
    "ignored/y": { kind: "file", text: "ignored\x00" },
    "z.tmp": { kind: "file", text: "" },
  });
  if (nested) {
    copyDirectory(join(template, ".git"), join(root, "nested/.git"));
    writeFiles(root, { "nested/inside": { kind: "file", text: "theirs\n" } });
  }
  return root;
}

/** A change as a run makes it, in a worktree. */
export async function propose(workplace: Workplace, root: string, wished: (base: RandomTree) => RandomTree) {
  const repository = workplace.repositoryAt(root);
  const { host, newId } = workplace;
  const { headCommit: baseCommit } = await host.import(repository);
  if (baseCommit === null) throw new Error("no commit");
  const taskId = newId("tsk");
  const worktree = await host.openWorktree({ repository, taskId, runId: newId("run"), fence: 1, baseCommit });
  try {
    const base = filesOf(look(worktree.root));
    const next = wished(base);
    replaceFiles(worktree.root, base, next);
    const diff = await worktree.diffToBase();
    const change: Change | null = diff && {
      ...diff,
      taskId,
      revision: 1,
      applyTarget: "checkout",
      summary: "",
      tests: [],
    };
    return { repository, base, next, change };
  } finally {
    await worktree.close();
  }
}
