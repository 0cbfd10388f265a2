// How far each webhook is, in `webhooks.json` in the data directory: the log itself is the queue of deliveries, this is the place in it.

import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const Cursor = z.object({ position: z.int(), delivered: z.int(), givenUp: z.int() });
export type Cursor = z.infer<typeof Cursor>;

export interface CursorFile {
  /** Null: the webhook is new. */
  read(url: string): Cursor | null;
  write(url: string, cursor: Cursor): void;
}

export function openCursorFile(path: string): CursorFile {
  const cursors = new Map(Object.entries(readAll(path)));
  // An address may hold a credential; its hash does not.
  const keyOf = (url: string): string => createHash("sha256").update(url).digest("hex").slice(0, 32);
  return {
    read: (url) => cursors.get(keyOf(url)) ?? null,
    write(url, cursor) {
      cursors.set(keyOf(url), cursor);
      writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(cursors)), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function readAll(path: string): Record<string, Cursor> {
  try {
    return z.record(z.string(), Cursor).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}
