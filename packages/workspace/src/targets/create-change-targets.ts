// The ChangeTargets: finds mirror and source of a repository and hands each operation to the file that does it.
// Does not know tasks. Of one repository, commits take turns.
import { join } from "node:path";
import type { ChangeTargets, CommitWords } from "@outpost/core";
import { type Change, isOutpostError, type Repository, type RepositoryId } from "@outpost/protocol";
import { loadBlobs } from "../git/blobs.ts";
import type { GitRunner } from "../git/git-runner.ts";
import { createTurns, type Turns } from "../git/turns.ts";
import { getMirror, lockRecordsDirectory, mirrorDirectory, repositoryDirectory } from "../mirror/mirror.ts";
import { alignIndex } from "./align-index.ts";
import { bringCommit, type CommitPlace, commitToBranch, describeFound, revertBranch } from "./branch-target.ts";
import { commitToCheckout, planCheckoutCommit, uncommit } from "./checkout-commit.ts";
import { findCommitAnywhere } from "./find-commit.ts";
import { type PushSettings, pushCommit, requireUnprotected } from "./push.ts";
import { openSourceRepository } from "./source-repository.ts";

export interface ChangeTargetsOptions extends PushSettings {
  /** Absolute. */
  dataDirectory: string;
  git: GitRunner;
  nowMs: () => number;
}

export function createChangeTargets(options: ChangeTargetsOptions): ChangeTargets {
  const { dataDirectory, git, nowMs } = options;
  const turns = new Map<RepositoryId, Turns>();
  const inTurn = <T>({ id }: Repository, action: () => Promise<T>): Promise<T> => {
    const own = turns.get(id) ?? createTurns();
    turns.set(id, own);
    return own(action);
  };
  const mirrorOf = ({ id }: Repository) => getMirror(git, mirrorDirectory(dataDirectory, id));
  const placeOf = async (repository: Repository, author = ""): Promise<CommitPlace> => ({
    mirror: await mirrorOf(repository),
    source: await openSourceRepository(git, repository, lockRecordsDirectory(dataDirectory, repository.id)),
    temporaryDirectory: join(repositoryDirectory(dataDirectory, repository.id), "transfer"),
    author,
    nowMs,
  });
  const open = async (repository: Repository, change: Change, words: CommitWords) => {
    const place = await placeOf(repository, words.author);
    const readBlob = await loadBlobs(place.mirror, change);
    return { place, request: { change, readBlob, instruction: words.instruction } };
  };

  return {
    commitToBranch: (repository, change, branch, words) =>
      inTurn(repository, async () => {
        requireUnprotected(options, branch);
        const { place, request } = await open(repository, change, words);
        return commitToBranch(place, { ...request, branch });
      }),
    findCommit: (repository, change, sinceMs) =>
      inTurn(repository, async () => {
        try {
          const place = await placeOf(repository);
          const found = await findCommitAnywhere(place.source, change, sinceMs);
          if (found === null) return null;
          await bringCommit(place, found.commit);
          await alignIndex(place, { branch: found.branch, from: found.parent, to: found.commit });
          return await describeFound(place, { change, readBlob: await loadBlobs(place.mirror, change) }, found);
        } catch (error) {
          // No git repository, or none any more.
          if (isOutpostError(error) && (error.code === "invalid_input" || error.code === "not_found")) return null;
          throw error;
        }
      }),
    revertBranch: (repository, change, applied, { threeWay, ...words }) =>
      inTurn(repository, async () => {
        const { place, request } = await open(repository, change, words);
        return revertBranch(place, { ...request, applied, threeWay });
      }),
    async prepareCheckoutCommit(repository, change, words) {
      const { place, request } = await open(repository, change, words);
      const plan = await inTurn(repository, () => planCheckoutCommit(place, request));
      return () => inTurn(repository, () => commitToCheckout(place, request, plan));
    },
    revertCheckoutCommit: (repository, applied) =>
      inTurn(repository, async () => uncommit(await placeOf(repository), applied)),
    push: async (repository, applied) => pushCommit(options, repository, await mirrorOf(repository), applied),
  };
}
