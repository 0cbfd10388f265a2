// Writes and reads the bodies of events, with their large texts as content-addressed blobs. Does not know tasks, sequence or leases.
// An event is read exactly as it was written, or reading it fails.
import { createHash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { eventVersion, OutpostError, type TaskEvent } from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import { readBody, type StoredBody, storeBody } from "./body-text.ts";
import { type LargeText, type Place, putLargeTexts, takeLargeTexts } from "./large-texts.ts";

export interface EventColumns {
  position: number;
  version: number;
  body: StoredBody;
  large_texts: number;
}

export interface EventBodies {
  /** Inside a `write`. Returns the event's position. */
  insert(task: number, seq: number, atMs: number, event: TaskEvent): number;
  /** Inside a `read`. */
  parse(stored: EventColumns): TaskEvent;
}

export function createEventBodies(connection: Connection, maxInlineBytes: number): EventBodies {
  const insertEvent = connection.prepare(
    "INSERT INTO event (task, seq, version, at_ms, body, large_texts) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertPlace = connection.prepare("INSERT INTO event_blob (position, place, blob) VALUES (?, ?, ?)");
  const selectBlob = connection.prepare<{ id: number }>("SELECT id FROM blob WHERE hash = ?");
  const insertBlob = connection.prepare("INSERT INTO blob (hash, data) VALUES (?, ?)");
  const selectTexts = connection.prepare<{ place: string; data: Uint8Array }>(
    "SELECT place, data FROM event_blob JOIN blob ON blob.id = event_blob.blob WHERE position = ?",
  );

  function storeText(text: string): number {
    const hash = createHash("sha256").update(text, "utf8").digest("hex");
    return selectBlob.get(hash)?.id ?? Number(insertBlob.run(hash, deflateSync(text)).lastInsertRowid);
  }

  return {
    insert(task, seq, atMs, event) {
      const { body, taken } = splitBody(event, maxInlineBytes);
      const inserted = insertEvent.run(task, seq, eventVersion, atMs, storeBody(body), taken.length);
      const position = Number(inserted.lastInsertRowid);
      for (const { place, text } of taken) insertPlace.run(position, JSON.stringify(place), storeText(text));
      return position;
    },
    parse(stored) {
      assertKnownVersion(stored);
      const event = JSON.parse(readBody(stored.body)) as TaskEvent;
      if (stored.large_texts === 0) return event;
      const texts: LargeText[] = selectTexts.all(stored.position).map(({ place, data }) => ({
        place: JSON.parse(place) as Place,
        text: inflateSync(data).toString("utf8"),
      }));
      if (texts.length !== stored.large_texts) throw new Error(`event ${stored.position} has lost a text`);
      putLargeTexts(event, texts);
      return event;
    },
  };
}

function splitBody(event: TaskEvent, maxInlineBytes: number): { body: string; taken: LargeText[] } {
  const body = JSON.stringify(event);
  if (Buffer.byteLength(body) <= maxInlineBytes) return { body, taken: [] };
  const { rest, taken } = takeLargeTexts(event, maxInlineBytes);
  return { body: JSON.stringify(rest), taken };
}

function assertKnownVersion({ position, version }: EventColumns): void {
  if (version === eventVersion) return;
  throw new OutpostError(
    "internal",
    `event ${position} has version ${version}, this version reads ${eventVersion}; start the version that wrote it`,
    { details: { position, version } },
  );
}
