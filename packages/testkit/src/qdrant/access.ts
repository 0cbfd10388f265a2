// Who may ask what, as Qdrant has it: the root and the health routes answer everybody, a read-only key changes nothing.
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal.ts";

export interface QdrantKeys {
  apiKey?: string;
  readOnlyApiKey?: string;
}

const open = /^GET \/(healthz|readyz|livez)?$/;
const reading = /^(GET|HEAD) |^POST \/collections\/[^/]+\/points\/(query|query\/batch|count|scroll)$/;

/** What a health route answers, which is no JSON; null: it is none. */
export function healthText(line: string): string | null {
  if (line === "GET /readyz") return "all shards are ready";
  return line === "GET /healthz" || line === "GET /livez" ? "healthz check passed" : null;
}

/** The text of a 401, which is no JSON; null: the key is one of the server's, or none is asked for. */
export function refuseKey(line: string, headers: IncomingHttpHeaders, keys: QdrantKeys): string | null {
  const known = [keys.apiKey, keys.readOnlyApiKey].filter((key) => key !== undefined);
  if (known.length === 0 || open.test(line)) return null;
  const given = keyOf(headers);
  if (given === undefined) return "Must provide an API key or an Authorization bearer token";
  return known.includes(given) ? null : "Invalid API key or JWT";
}

/** Throws a 403 for a change by a key that may only read. */
export function assertMayWrite(line: string, headers: IncomingHttpHeaders, keys: QdrantKeys): void {
  if (keys.readOnlyApiKey === undefined || keyOf(headers) !== keys.readOnlyApiKey || reading.test(line)) return;
  throw new Refusal(403, "Forbidden: Global manage access is required");
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const { "api-key": given, authorization } = headers;
  if (typeof given === "string") return given;
  return authorization?.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : undefined;
}
