// Ids in their order, and a repository as a store keeps it: for tests that are about neither.
import { createIdFactory, emptyEnvironment, type NewId, type Repository, type RepositoryId } from "@outpost/protocol";

/** Each is a millisecond younger than the one before. */
export function createTestIds(startMs = 1_000): NewId {
  let made = 0;
  return createIdFactory(
    () => startMs + made++,
    (count) => new Uint8Array(count),
  );
}

export function plainRepository(id: RepositoryId, given: Partial<Repository> = {}): Repository {
  return {
    id,
    name: "r",
    source: { type: "path", path: `/srv/${id}` },
    isGit: true,
    headCommit: null,
    headBranch: null,
    environment: emptyEnvironment,
    createdAtMs: 0,
    importedAtMs: null,
    ...given,
  };
}
