// What is held back: the queue, or repositories.
import type { QueueStore } from "@outpost/core";
import { OutpostError, QueuePause, type RepositoryId } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";

type Pauses = Pick<QueueStore, "pauseQueue" | "resumeQueue" | "listPauses" | "findPause">;
interface Row {
  record: string;
}

/** Of the whole queue; no repository's id is like it. */
const wholeQueue = "queue";
const scopeOf = (repositoryId: RepositoryId | null): string => repositoryId ?? wholeQueue;

export function createPauses(connection: Connection): Pauses {
  const selectRepository = connection.prepare<{ id: string }>("SELECT id FROM repository WHERE id = ?");
  const put = connection.prepare(
    "INSERT INTO queue_pause (scope, repository_id, record) VALUES (?, ?, ?) ON CONFLICT (scope) DO UPDATE SET record = excluded.record",
  );
  const take = connection.prepare<Row>("DELETE FROM queue_pause WHERE scope = ? RETURNING record");
  const all = connection.prepare<Row>("SELECT record FROM queue_pause ORDER BY repository_id, scope");
  const ofRepository = connection.prepare<Row>(
    "SELECT record FROM queue_pause WHERE scope IN (?, ?) ORDER BY repository_id LIMIT 1",
  );
  const parse = ({ record }: Row): QueuePause => QueuePause.parse(JSON.parse(record));
  return {
    async pauseQueue(pause) {
      const { repositoryId } = pause;
      connection.write(() => {
        if (repositoryId !== null && selectRepository.get(repositoryId) === undefined)
          throw new OutpostError("not_found", `there is no repository "${repositoryId}"`);
        put.run(scopeOf(repositoryId), repositoryId, JSON.stringify(pause));
      });
    },
    async resumeQueue(repositoryId) {
      const row = connection.write(() => take.get(scopeOf(repositoryId)));
      return row ? parse(row) : null;
    },
    listPauses: async () => connection.read(() => all.all().map(parse)),
    async findPause(repositoryId) {
      const row = connection.read(() => ofRepository.get(wholeQueue, repositoryId));
      return row ? parse(row) : null;
    },
  };
}
