// Which git objects the tasks of a database cannot go on without: the last checkpoint of what is not ended, the tree of a change that a person
// may still decide about.
import type { TaskEvent } from "@outpost/protocol";
import Database from "better-sqlite3";
import { translateDatabaseError } from "../database/translate-error.ts";
import { readBody, type StoredBody } from "../tasks/body-text.ts";

export interface NeededObject {
  taskId: string;
  repositoryId: string;
  object: string;
}

const going = ["queued", "running", "waiting", "paused", "blocked"];
const withChange = ["proposed", "stopped", "cancelled"];
const marks = (values: readonly string[]): string => values.map(() => "?").join(", ");

/** Of at most `limit` tasks, newest first. */
export function listNeededObjects(path: string, limit = 10_000): NeededObject[] {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    const tasks = database
      .prepare<(string | number)[], { ordinal: number; id: string; repository_id: string; state: string }>(
        `SELECT ordinal, id, repository_id, state FROM task
         WHERE state IN (${marks(going)}) OR (state IN (${marks(withChange)}) AND revision IS NOT NULL)
         ORDER BY ordinal DESC LIMIT ?`,
      )
      .all(...going, ...withChange, limit);
    const newestFirst = database.prepare<[number], { body: StoredBody }>(
      "SELECT body FROM event WHERE task = ? ORDER BY seq DESC",
    );
    const findLast = (ordinal: number, type: TaskEvent["type"]): TaskEvent | undefined => {
      for (const { body } of newestFirst.iterate(ordinal)) {
        const event = JSON.parse(readBody(body)) as TaskEvent;
        if (event.type === type) return event;
      }
      return undefined;
    };
    return tasks.flatMap(({ ordinal, id, repository_id: repositoryId, state }) => {
      const event = findLast(ordinal, going.includes(state) ? "checkpoint.created" : "change.proposed");
      const object =
        event?.type === "checkpoint.created"
          ? event.commit
          : event?.type === "change.proposed"
            ? event.change.tree
            : null;
      return object === null ? [] : [{ taskId: id, repositoryId, object }];
    });
  } catch (error) {
    throw translateDatabaseError(error, path);
  } finally {
    database?.close();
  }
}
