// A source as a git repository that may be added to: where its parts are, and what of it must not be touched now.
// Reads only. Does not know changes.
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { OutpostError, type Repository } from "@outpost/protocol";
import type { GitCommand, GitOutput, GitRunner } from "../git/git-runner.ts";
import { type GitSource, locateSource, withoutWorkTree } from "../mirror/source-location.ts";

export interface SourceRepository {
  location: GitSource;
  /** Where the server keeps records of the locks that it holds in it. */
  lockRecords: string;
  /** Runs git on it, read-only. */
  run(command: Omit<GitCommand, "gitDir" | "readable">): Promise<GitOutput>;
}

const MAX_LINKED_WORKTREES = 1000;

/** Rejects with `invalid_input` for a folder without git, and as `locateSource` does. */
export async function openSourceRepository(
  git: GitRunner,
  repository: Repository,
  lockRecords: string,
): Promise<SourceRepository> {
  const location = await locateSource(repository.source);
  if (location.kind !== "git")
    throw new OutpostError(
      "invalid_input",
      `"${location.root}" is no git repository, so there is nothing to commit to; use target "checkout" or "patch"`,
    );
  const config = await readText(join(location.commonDir, "config"));
  if (/^\s*refstorage\s*=\s*(?!files\s*$)/imu.test(config))
    throw new OutpostError(
      "invalid_input",
      `"${location.root}" keeps its refs in another way than files; use target "checkout" or "patch", and commit yourself`,
    );
  return {
    location,
    lockRecords,
    run: (command) => git.run({ ...command, ...withoutWorkTree(location), readable: location.gitDirectories }),
  };
}

/** The commit a ref names; null when it is not there. */
export async function readSourceRef(source: SourceRepository, ref: string): Promise<string | null> {
  const output = await source.run({
    args: ["rev-parse", "--quiet", "--verify", `${ref}^{commit}`],
    okExitCodes: [0, 1, 128],
  });
  return output.exitCode === 0 ? output.text.trim() : null;
}

/** The branch that HEAD names, also one without a commit; null when HEAD is detached. */
export async function findHeadBranch({ location }: SourceRepository): Promise<string | null> {
  return branchIn(await readText(join(location.gitDir, "HEAD")));
}

/** Branches that a checkout has, here or in a linked worktree: moving them would make its files look changed. */
export async function listCheckedOut({ location }: SourceRepository): Promise<Set<string>> {
  const worktrees = join(location.commonDir, "worktrees");
  const names = (await readdir(worktrees).catch(() => [])).slice(0, MAX_LINKED_WORKTREES);
  const gitDirs = [location.commonDir, location.gitDir, ...names.map((name) => join(worktrees, name))];
  const branches = new Set<string>();
  for (const gitDir of gitDirs)
    for (const file of ["HEAD", "rebase-merge/head-name", "rebase-apply/head-name"]) {
      const branch = branchIn(await readText(join(gitDir, file)));
      if (branch !== null) branches.add(branch);
    }
  return branches;
}

const operations: [file: string, what: string][] = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
  ["sequencer", "a cherry-pick or revert"],
];

/** What a person is in the middle of, such as "a merge"; null: nothing. */
export async function findOperation({ location }: SourceRepository): Promise<string | null> {
  for (const [file, what] of operations) {
    const found = await lstat(join(location.gitDir, file)).catch(() => null);
    if (found !== null) return what;
  }
  return null;
}

function branchIn(text: string): string | null {
  return /^(?:ref: )?refs\/heads\/(.+?)\n*$/su.exec(text)?.[1] ?? null;
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
