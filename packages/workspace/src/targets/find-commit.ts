// The commit that an accepted change became, found by its trailers: what a server that was killed left unrecorded. Reads only.
import type { Change } from "@outpost/protocol";
import { isCommitOf, taskTrailer } from "./commit-message.ts";
import type { SourceRepository } from "./source-repository.ts";

export interface FoundCommit {
  branch: string;
  commit: string;
  parent: string | null;
}

/** The newest commit of the task on the branch, if it is this revision's and was not taken back since. */
export async function findCommitOn(
  source: SourceRepository,
  branch: string,
  change: Change,
): Promise<FoundCommit | null> {
  return findIn(source, [`refs/heads/${branch}`], change);
}

/** The same on any branch: one whose tip it is, if there is one. `sinceMs`: it is no older, which spares most of a long history. */
export async function findCommitAnywhere(
  source: SourceRepository,
  change: Change,
  sinceMs: number,
): Promise<FoundCommit | null> {
  const found = await findIn(source, ["--branches", `--since=@${Math.floor(sinceMs / 1000)}`], change);
  if (found === null) return null;
  const tips = await source.run({
    args: ["for-each-ref", `--points-at=${found.commit}`, "--count=1", "--format=%(refname:lstrip=2)", "refs/heads/"],
  });
  return { ...found, branch: tips.text.trim() || found.branch };
}

async function findIn(source: SourceRepository, where: readonly string[], change: Change): Promise<FoundCommit | null> {
  const search = ["--max-count=1", "--fixed-strings", `--grep=${taskTrailer(change.taskId)}`];
  const output = await source.run({ args: ["log", ...search, "--format=%S%n%H %P%n%B", ...where] });
  const [ref = "", head = "", ...message] = output.text.split("\n");
  const [commit, parent] = head.split(" ");
  if (!commit || !isCommitOf(message.join("\n"), change)) return null;
  return { branch: ref.replace(/^refs\/heads\//, ""), commit, parent: parent || null };
}
