// The registered repositories. Does not know mirrors or indexes, which are removed by others.
import type { TaskStore } from "@outpost/core";
import { OutpostError, Repository, type RepositoryId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { canonicalJson } from "./canonical-json.ts";
import { createRemovedTotals, type Removed } from "./removed-totals.ts";

type Repositories = Pick<
  TaskStore,
  "createRepository" | "updateRepository" | "getRepository" | "listRepositories" | "removeRepository"
>;

export function createRepositories(connection: Connection): Repositories {
  const insert = connection.prepare("INSERT INTO repository (id, source, record) VALUES (?, ?, ?)");
  const update = connection.prepare("UPDATE repository SET source = ?, record = ? WHERE id = ?");
  const bySource = connection.prepare<{ id: string }>("SELECT id FROM repository WHERE source = ?");
  const byId = connection.prepare<{ record: string }>("SELECT record FROM repository WHERE id = ?");
  const all = connection.prepare<{ record: string }>("SELECT record FROM repository ORDER BY ordinal");
  const removal = createRemoval(connection);

  function assertSourceIsFree({ id, source }: Repository): void {
    const other = bySource.get(canonicalJson(source));
    if (other === undefined || other.id === id) return;
    throw new OutpostError("conflict", `repository "${other.id}" has this source already`, {
      details: { reason: "source", repositoryId: other.id },
    });
  }
  return {
    async createRepository(repository) {
      connection.write(() => {
        assertSourceIsFree(repository);
        if (byId.get(repository.id)) throw new OutpostError("conflict", `repository "${repository.id}" exists already`);
        insert.run(repository.id, canonicalJson(repository.source), JSON.stringify(repository));
      });
    },
    async updateRepository(repository) {
      connection.write(() => {
        assertSourceIsFree(repository);
        const { changes } = update.run(canonicalJson(repository.source), JSON.stringify(repository), repository.id);
        if (changes === 0) throw repositoryNotFound(repository.id);
      });
    },
    async getRepository(repositoryId) {
      const row = connection.read(() => byId.get(repositoryId));
      if (row === undefined) throw repositoryNotFound(repositoryId);
      return parseRepository(row);
    },
    listRepositories: async () => connection.read(() => all.all().map(parseRepository)),
    async removeRepository(repositoryId) {
      connection.write(() => removal(repositoryId));
    },
  };
}

/** Inside a `write`. Tasks, events and keys go with their repository; texts that no event holds any more go too. The totals say so. */
function createRemoval(connection: Connection): (repositoryId: RepositoryId) => void {
  const busy = connection.prepare<{ id: string; state: string }>(
    "SELECT id, state FROM task WHERE repository_id = ? AND state IN ('running', 'waiting') LIMIT 1",
  );
  const going = connection.prepare<Removed>(
    `SELECT count(*) AS tasks, sum(seq) AS events, max(updated_at_ms) AS throughMs,
     max((SELECT max(position) FROM event WHERE event.task = task.ordinal)) AS throughPosition
     FROM task WHERE repository_id = ? HAVING count(*) > 0`,
  );
  const noteRemoved = createRemovedTotals(connection);
  const remove = connection.prepare("DELETE FROM repository WHERE id = ?");
  const removeTexts = connection.prepare("DELETE FROM blob WHERE id NOT IN (SELECT blob FROM event_blob)");
  return (repositoryId) => {
    const task = busy.get(repositoryId);
    if (task) {
      throw new OutpostError("conflict", `task "${task.id}" of the repository is ${task.state}; cancel it first`, {
        details: { reason: "tasks", taskId: task.id, state: task.state },
      });
    }
    const removed = going.get(repositoryId);
    if (remove.run(repositoryId).changes === 0) throw repositoryNotFound(repositoryId);
    if (removed !== undefined) noteRemoved(removed);
    removeTexts.run();
  };
}

function parseRepository(row: { record: string }): Repository {
  return Repository.parse(JSON.parse(row.record));
}

function repositoryNotFound(repositoryId: RepositoryId): OutpostError {
  return new OutpostError("not_found", `there is no repository "${repositoryId}"`, { details: { repositoryId } });
}
