// A client for the server that was named, or the one on this machine, which is started when there is none.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createClient, type OutpostClient } from "@outpost/client";
import { OutpostError, tokenFileName } from "@outpost/protocol";
import { startDetachedServer } from "./server-process.ts";
import { type ConnectionFlags, dataDirectoryOf, environment, givenToken, readLocalServer } from "./settings.ts";

export interface Connection {
  client: OutpostClient;
  url: string;
  /** Whether the server sees the same file system as we do. */
  isLocal: boolean;
}

/** Whether a server may be started here: always, only where one has been before (there is something to look at), or not. */
export type StartPolicy = "always" | "known" | "never";

interface ConnectOptions {
  start: StartPolicy;
  signal: AbortSignal;
  /** Called after a server was started. */
  onStarted(url: string, dataDirectory: string): void;
}

/** Throws `unavailable` when there is no server and none may be started, `unauthorized` without a token. */
export async function connect(flags: ConnectionFlags, options: ConnectOptions): Promise<Connection> {
  const named = flags.server ?? environment("OUTPOST_SERVER");
  return named ? connectTo(named, flags) : connectHere(flags, options);
}

function connectTo(url: string, flags: ConnectionFlags): Connection {
  const token = givenToken(flags);
  if (!token)
    throw new OutpostError(
      "unauthorized",
      `a token is required for ${url}: set OUTPOST_TOKEN; make one on the server's machine with: outpost token create NAME`,
    );
  return { client: createClient({ baseUrl: url, token }), url, isLocal: false };
}

async function connectHere(flags: ConnectionFlags, options: ConnectOptions): Promise<Connection> {
  const dataDirectory = dataDirectoryOf(flags);
  const found = readLocalServer(dataDirectory);
  const token = givenToken(flags) ?? found.token;
  if (found.url && token) return { client: createClient({ baseUrl: found.url, token }), url: found.url, isLocal: true };
  if (found.url)
    throw new OutpostError(
      "unauthorized",
      `a server runs at ${found.url}, but you may not read its token "${join(dataDirectory, tokenFileName)}"; set OUTPOST_TOKEN`,
    );
  const mayStart =
    options.start === "always" || (options.start === "known" && existsSync(join(dataDirectory, tokenFileName)));
  if (!mayStart)
    throw new OutpostError(
      "unavailable",
      `no server runs with the data directory "${dataDirectory}"; start one with: outpost serve`,
    );
  const started = await startDetachedServer(dataDirectory, options.signal);
  options.onStarted(started.url, dataDirectory);
  const client = createClient({ baseUrl: started.url, token: givenToken(flags) ?? started.token });
  return { client, url: started.url, isLocal: true };
}
