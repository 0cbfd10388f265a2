// A model server's address as it was configured: with or without a scheme, perhaps with a user name and password, which become a header
// and are never shown.
import { OutpostError } from "@outpost/protocol";

export interface ServerAddress {
  /** Scheme, host and path, without a slash at the end; for requests and messages. */
  host: string;
  headers: Record<string, string>;
}

/** Throws `invalid_input` when it is no URL. `what`: whose address, for the message. */
export function parseAddress(baseUrl: string, what: string): ServerAddress {
  const full = baseUrl.includes("://") ? baseUrl : `http://${baseUrl}`;
  if (!URL.canParse(full)) throw new OutpostError("invalid_input", `the address of ${what} is not a URL`);
  const { origin, pathname, username, password } = new URL(full);
  const host = `${origin}${pathname}`.replace(/\/+$/, "");
  if (username === "") return { host, headers: {} };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { host, headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
}
