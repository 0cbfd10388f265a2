// The newest commits that can be asked about, and the commit before all of them: the first-parent line is walked back, with the source
// files that exist at each of its commits, until enough of the commits passed change only files that exist there.
import type { Commit, GitReader, PathChange } from "./git-reader.ts";
import { type NoQuestion, queryOfCommit } from "./message-query.ts";
import { isSourcePath } from "./source-paths.ts";

export interface ChosenCommit {
  id: string;
  query: string;
  paths: string[];
}

export interface ChosenCommits {
  /** The commit before all of them; null when none was chosen. */
  base: string | null;
  /** Newest first. */
  commits: ChosenCommit[];
  looked: number;
  /** By reason, of the commits that were looked at. */
  leftOut: Record<string, number>;
}

export interface ChooseCommitsInput {
  git: GitReader;
  head: string;
  limit: number;
  /** A commit that changes more source files is left out. */
  maxFiles: number;
  /** On the first-parent line. Default 3,000. */
  maxCommits?: number;
}

/** Of one merge. */
const maxMerged = 200;
const pageSize = 100;

export async function chooseCommits(input: ChooseCommitsInput): Promise<ChosenCommits> {
  const { git, head, limit, maxFiles, maxCommits = 3_000 } = input;
  const files = new Set((await git.listFiles(head)).map(({ path }) => path).filter(isSourcePath));
  const candidates: ChosenCommit[] = [];
  const queries = new Set<string>();
  const leftOut: Record<string, number> = {};
  let best: { base: string | null; commits: ChosenCommit[] } = { base: null, commits: [] };
  let looked = 0;
  for await (const { parent, introduced, changes } of walkBack(git, head, maxCommits)) {
    for (const { commit, changed } of introduced) {
      looked++;
      const question = askAbout(commit, changed, maxFiles);
      if (typeof question === "string") leftOut[question] = (leftOut[question] ?? 0) + 1;
      else if (!queries.has(question.query)) {
        queries.add(question.query);
        candidates.push(question);
      }
    }
    for (const { status, path } of changes) {
      if (status === "A") files.delete(path);
      else if (status === "D" && isSourcePath(path)) files.add(path);
    }
    const commits = candidates.filter(({ paths }) => paths.every((path) => files.has(path))).slice(0, limit);
    if (commits.length > best.commits.length) best = { base: parent, commits };
    if (commits.length === limit) break;
  }
  return { ...best, looked, leftOut };
}

interface Step {
  /** The commit before. */
  parent: string;
  /** The commit itself, or what a merge brought in. Newest first. */
  introduced: { commit: Commit; changed: readonly PathChange[] }[];
  /** Between the commit before and this one. */
  changes: readonly PathChange[];
}

async function* walkBack(git: GitReader, head: string, maxCommits: number): AsyncGenerator<Step> {
  let from: string | undefined = head;
  for (let walked = 0; from !== undefined && walked < maxCommits; walked += pageSize) {
    const page = await git.listCommits(["--first-parent", `--max-count=${pageSize}`, from]);
    const changes = await git.listChanges(page);
    for (const commit of page) {
      const [parent, ...merged] = commit.parents;
      if (parent === undefined) return;
      const own = changes.get(commit.id) ?? [];
      const introduced = merged.length === 0 ? [{ commit, changed: own }] : await readMerged(git, parent, commit.id);
      yield { parent, introduced, changes: own };
    }
    from = page.at(-1)?.parents[0];
  }
}

async function readMerged(git: GitReader, parent: string, merge: string): Promise<Step["introduced"]> {
  const range = ["--topo-order", "--no-merges", `--max-count=${maxMerged}`, merge, `^${parent}`];
  const commits = await git.listCommits(range);
  const changes = await git.listChanges(commits);
  return commits.map((commit) => ({ commit, changed: changes.get(commit.id) ?? [] }));
}

function askAbout(
  { id, author, message }: Commit,
  changed: readonly PathChange[],
  maxFiles: number,
): ChosenCommit | NoQuestion | "no source file changed" | "many source files changed" {
  const paths = changed.map(({ path }) => path).filter(isSourcePath);
  if (paths.length === 0) return "no source file changed";
  if (paths.length > maxFiles) return "many source files changed";
  const query = queryOfCommit({ author, message });
  return typeof query === "string" ? { id, query, paths } : query.none;
}
