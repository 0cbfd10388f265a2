// Numbers that are never given twice, whatever was removed in between.
import type { Connection } from "../database/connection.ts";

/** Both inside a `write`. */
export interface Counter {
  /** The next number that is free. */
  read(): number;
  write(next: number): void;
}

export function createCounter(connection: Connection, name: "chunk" | "version"): Counter {
  const select = connection.prepare<{ next: number }>("SELECT next FROM counter WHERE name = ?");
  const update = connection.prepare("UPDATE counter SET next = ? WHERE name = ?");
  return {
    read() {
      const row = select.get(name);
      if (row === undefined) throw new Error(`there is no counter "${name}"`);
      return row.next;
    },
    write: (next) => void update.run(next, name),
  };
}
