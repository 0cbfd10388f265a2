// One Qdrant server: its address, its key, and a way to ask it that is bounded in time and tries. Everything that is asked of it may be
// asked twice with the same effect, so what fails in passing is tried again. The first question asks for the server's version.
import { OutpostError } from "@outpost/protocol";
import { QdrantClient } from "@qdrant/js-client-rest";
import { retrying } from "./retry.ts";
import { translateError } from "./translate-error.ts";
import { assertVersion } from "./version.ts";

export interface QdrantServer {
  /** `http://…` or `https://…`; without a port: 6333. A path is put in front of every request's. */
  url: string;
  apiKey?: string;
  /** Of one attempt. Default 30 s. */
  timeoutMs?: number;
  /** Default 5. */
  maxAttempts?: number;
  /** Before the second attempt; it doubles from there, up to ten seconds. Default 200. */
  firstDelayMs?: number;
}

export type QdrantApi = ReturnType<QdrantClient["api"]>;
type Answer<Result> = { data: { result?: Result } };

export interface QdrantConnection {
  readonly url: string;
  /** `what`: the collection that it is about, for messages. Rejects with an `OutpostError`, or the signal's reason. */
  ask<Result>(
    what: string,
    work: (api: QdrantApi, init: RequestInit) => Promise<Answer<Result>>,
    signal?: AbortSignal,
  ): Promise<Result>;
  version(signal?: AbortSignal): Promise<string>;
}

export function connectQdrant(server: QdrantServer): QdrantConnection {
  const { url, apiKey, timeoutMs = 30_000, maxAttempts = 5, firstDelayMs = 200 } = server;
  const { origin, pathname } = parseUrl(url);
  // Timeouts and the version are looked after here: the client's own cannot be aborted, and writes to the console.
  const client = new QdrantClient({
    ...{
      url: origin,
      prefix: pathname.replace(/\/+$/, ""),
      checkCompatibility: false,
      timeout: Number.POSITIVE_INFINITY,
    },
    ...(apiKey === undefined ? {} : { headers: { "api-key": apiKey } }),
  });
  const api = client.api();
  let known: string | undefined;

  function once<Result>(what: string, work: (init: RequestInit) => Promise<Result>, signal?: AbortSignal) {
    return retrying({ maxAttempts, firstDelayMs }, signal, async () => {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await work({ signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
      } catch (error) {
        signal?.throwIfAborted();
        throw translateError(error, { url, what, timeoutMs, hasKey: apiKey !== undefined });
      }
    });
  }

  async function version(signal?: AbortSignal): Promise<string> {
    known ??= assertVersion((await once("the server", (init) => api.root({}, init), signal)).data.version, url);
    return known;
  }

  return {
    url,
    version,
    async ask(what, work, signal) {
      await version(signal);
      const { result } = (await once(what, (init) => work(api, init), signal)).data;
      if (result === undefined) throw new OutpostError("unavailable", `qdrant at ${url} gave no result for ${what}`);
      return result;
    },
  };
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.protocol === "http:" || parsed.protocol === "https:")) return parsed;
  throw new OutpostError("invalid_input", `"${url}" is no address of a qdrant server; expected http://… or https://…`);
}
