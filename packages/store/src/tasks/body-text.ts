// The body of an event as a column holds it: JSON as text, or deflated where that is much smaller. Prompts and tool outputs are most of the
// database and shrink to a third or less. Both are read, whichever way an event was written. Pure.
import { deflateSync, inflateSync } from "node:zlib";

/** Text, or what `deflateSync` made of it. */
export type StoredBody = string | Uint8Array;

/** Smaller ones are left readable for whoever looks into the database. */
const minDeflatedBytes = 2048;
/** Of its length that deflating has to save. */
const minSaving = 0.25;

export function storeBody(json: string): StoredBody {
  if (json.length < minDeflatedBytes) return json;
  const bytes = Buffer.from(json, "utf8");
  // JSON.stringify escapes what UTF-8 cannot carry.
  const deflated = deflateSync(bytes);
  return deflated.byteLength <= bytes.byteLength * (1 - minSaving) ? deflated : json;
}

/** Throws for bytes that are no deflated text. */
export function readBody(stored: StoredBody): string {
  return typeof stored === "string" ? stored : inflateSync(stored).toString("utf8");
}
