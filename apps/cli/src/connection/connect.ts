// A client for the server that was named, or the one on this machine, which is started when there is none.
import { createClient, type OutpostClient } from "@outpost/client";
import { OutpostError } from "@outpost/protocol";
import { startDetachedServer } from "./server-process.ts";
import { type ConnectionFlags, dataDirectoryOf, environment, readLocalServer } from "./settings.ts";

export interface Connection {
  client: OutpostClient;
  url: string;
  /** Whether the server sees the same file system as we do. */
  isLocal: boolean;
}

export async function connect(flags: ConnectionFlags, options: { mayStart: boolean }): Promise<Connection> {
  const named = flags.server ?? environment("OUTPOST_SERVER");
  const givenToken = flags.token ?? environment("OUTPOST_TOKEN");
  if (named) {
    if (!URL.canParse(named))
      throw new OutpostError("invalid_input", `"${named}" is not a URL, such as http://127.0.0.1:7717`);
    if (!givenToken)
      throw new OutpostError(
        "unauthorized",
        "a token is required for a named server: set OUTPOST_TOKEN (made there with the API, or copied from its data directory)",
      );
    return { client: createClient({ baseUrl: named, token: givenToken }), url: named, isLocal: false };
  }
  const dataDirectory = dataDirectoryOf(flags);
  const found = readLocalServer(dataDirectory);
  const token = givenToken ?? found.token;
  if (found.url && token) return { client: createClient({ baseUrl: found.url, token }), url: found.url, isLocal: true };
  if (found.url)
    throw new OutpostError(
      "unauthorized",
      `a server runs at ${found.url}, but its token in "${dataDirectory}" is not readable for you; set OUTPOST_TOKEN`,
    );
  if (!options.mayStart)
    throw new OutpostError(
      "unavailable",
      `no server runs with the data directory "${dataDirectory}"; start one with: outpost serve`,
    );
  const started = await startDetachedServer(dataDirectory);
  return { client: createClient({ baseUrl: started.url, token: started.token }), url: started.url, isLocal: true };
}
