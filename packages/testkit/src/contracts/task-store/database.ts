// What an engine gives to the task store's contract, and the frame that its tests run in.
import type { TaskStore } from "@outpost/core";
import { afterEach, beforeEach } from "vitest";

/** One empty database that outlives its connections. */
export interface TaskStoreDatabase {
  /** Another connection to the same database; after a `close` this is opening it again. */
  open(): Promise<TaskStore>;
  remove(): Promise<void>;
}

/** Makes an empty database. */
export type CreateTaskStoreDatabase = () => Promise<TaskStoreDatabase>;

export interface TaskStoreFrame {
  /** The connection that most tests use. */
  store(): TaskStore;
  /** A further connection, closed with the test. */
  openAnother(): Promise<TaskStore>;
}

/** A new database with one connection for every test of the `describe` it is called in. */
export function useTaskStore(createDatabase: CreateTaskStoreDatabase): TaskStoreFrame {
  let database: TaskStoreDatabase | undefined;
  let opened: TaskStore[] = [];
  const openAnother = async () => {
    if (database === undefined) throw new Error("there is no database outside of a test");
    const store = await database.open();
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    database = await createDatabase();
    await openAnother();
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    opened = [];
    await database?.remove();
  });
  return {
    openAnother,
    store() {
      const [first] = opened;
      if (first === undefined) throw new Error("there is no store outside of a test");
      return first;
    },
  };
}
