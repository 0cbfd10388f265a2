// Has the index of each repository follow its source, once there is an index. Knows no watching and no indexing, only who does them.
import { followSource, type SourceFollower } from "@outpost/indexer";
import { OutpostError, type Repository, type RepositoryId } from "@outpost/protocol";
import { locateSource } from "@outpost/workspace";
import type { IndexerSupervisor } from "../indexing/indexer-supervisor.ts";

export interface Following {
  /** Begins to follow it; nothing when it is followed already, or following is off. */
  follow(repository: Repository): void;
  state(repositoryId: RepositoryId): { freshness: "followed" | "polled" | "on_request"; changedPaths: number };
  unfollow(repositoryId: RepositoryId): Promise<void>;
  close(): Promise<void>;
}

export interface FollowingOptions {
  mode: "watch" | "poll" | "off";
  pollMs: number;
  supervisor: Pick<IndexerSupervisor, "index" | "lastReport">;
  onProblem(repositoryId: RepositoryId, error: unknown): void;
}

/** A repository beyond them is brought up to date on request only. */
const maxFollowed = 64;

export function createFollowing({ mode, pollMs, supervisor, onProblem }: FollowingOptions): Following {
  const followers = new Map<RepositoryId, SourceFollower>();
  let isClosed = false;

  async function look(repository: Repository, paths: readonly string[] | null) {
    const before = supervisor.lastReport(repository.id);
    const named = paths === null ? {} : { paths };
    const status = await supervisor.index(repository, { force: false, isQuiet: true, ...named });
    if (status.state === "failed") throw new OutpostError("unavailable", status.error ?? "it could not be indexed");
    const report = supervisor.lastReport(repository.id);
    const hasChanged = report?.version !== before?.version;
    // A whole index lists the directories anew; one of some files keeps the list that there was.
    const isWhole = before === undefined || report?.directories !== before.directories;
    return { directories: isWhole ? (report?.directories ?? [""]) : null, hasChanged };
  }

  return {
    follow(repository) {
      if (mode === "off" || isClosed || followers.has(repository.id)) return;
      if (followers.size >= maxFollowed) {
        const reason = `${maxFollowed} repositories are followed; this one is brought up to date on request`;
        return onProblem(repository.id, new OutpostError("limit_exceeded", reason));
      }
      const { directories } = supervisor.lastReport(repository.id) ?? {};
      const follower = followSource({
        mode,
        limits: { pollMs },
        ...(directories === undefined ? {} : { directories }),
        async locate() {
          const location = await locateSource(repository.source);
          return { root: location.root, gitDirectory: location.kind === "git" ? location.gitDir : null };
        },
        look: (_signal, paths) => look(repository, paths),
        onProblem: (error) => onProblem(repository.id, error),
      });
      followers.set(repository.id, follower);
    },
    state: (repositoryId) =>
      followers.get(repositoryId)?.state() ?? { freshness: "on_request" as const, changedPaths: 0 },
    async unfollow(repositoryId) {
      const follower = followers.get(repositoryId);
      followers.delete(repositoryId);
      await follower?.close();
    },
    async close() {
      isClosed = true;
      await Promise.all([...followers.values()].map((follower) => follower.close()));
      followers.clear();
    },
  };
}
