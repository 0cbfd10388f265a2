// One Qdrant server: its address, its key, and a way to ask it that is bounded in time and tries. What may be asked twice with the same
// effect, which is nearly everything, is tried again where it fails in passing. The first question asks for the server's version.
import { OutpostError } from "@outpost/protocol";
import { QdrantClient } from "@qdrant/js-client-rest";
import { parseAddress } from "./address.ts";
import { retrying } from "./retry.ts";
import { isBrokenConnection, translateError } from "./translate-error.ts";
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

/** Of a question that is tried one time only. */
export interface OneTry {
  withinMs: number;
  /** False: asking again would do more, so that even an answer that was lost is not asked for again. */
  isRepeatable: boolean;
}

export interface QdrantConnection {
  readonly url: string;
  /** `what`: the collection that it is about, for messages. Rejects with an `OutpostError`, or the signal's reason. */
  ask<Result>(
    what: string,
    work: (api: QdrantApi, init: RequestInit) => Promise<Answer<Result>>,
    signal?: AbortSignal,
    oneTry?: OneTry,
  ): Promise<Result>;
  version(signal?: AbortSignal, oneTry?: OneTry): Promise<string>;
}

/** Throws `invalid_input` for an address that is none, and for a key that no header can hold. */
export function connectQdrant(server: QdrantServer): QdrantConnection {
  const { url, apiKey, timeoutMs = 30_000, maxAttempts = 5, firstDelayMs = 200 } = server;
  assertKey(apiKey);
  const { origin, port, prefix } = parseAddress(url);
  // Timeouts and the version are looked after here: the client's own cannot be aborted, and writes to the console.
  const client = new QdrantClient({
    ...{ url: origin, port, prefix, checkCompatibility: false, timeout: Number.POSITIVE_INFINITY },
    ...(apiKey === undefined ? {} : { headers: { "api-key": apiKey } }),
  });
  const api = client.api();
  let known: string | undefined;

  async function attempt<Result>(
    what: string,
    work: (init: RequestInit) => Promise<Result>,
    { withinMs, isRepeatable }: OneTry,
    signal?: AbortSignal,
  ): Promise<Result> {
    const timeout = AbortSignal.timeout(withinMs);
    const init = { ...ownDispatcher, signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
    try {
      // A server closes connections that were idle for some seconds; a request that meets the closing goes over a new one at once.
      return await work(init).catch((error: unknown) => {
        if (!isRepeatable || !isBrokenConnection(error)) throw error;
        return work(init);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw translateError(error, { url, what, timeoutMs: withinMs, hasKey: apiKey !== undefined });
    }
  }

  function repeatedly<Result>(what: string, work: (init: RequestInit) => Promise<Result>, signal?: AbortSignal) {
    const each = { withinMs: timeoutMs, isRepeatable: true };
    return retrying({ maxAttempts, firstDelayMs }, signal, () => attempt(what, work, each, signal));
  }

  async function version(signal?: AbortSignal, oneTry?: OneTry): Promise<string> {
    if (known !== undefined) return known;
    const root = (init: RequestInit) => api.root({}, init);
    const answer = oneTry ? attempt("the server", root, oneTry, signal) : repeatedly("the server", root, signal);
    known = assertVersion((await answer).data, url);
    return known;
  }

  return {
    url,
    version,
    async ask(what, work, signal, oneTry) {
      await version(signal, oneTry);
      const asked = (init: RequestInit) => work(api, init);
      const answer = oneTry ? attempt(what, asked, oneTry, signal) : repeatedly(what, asked, signal);
      const { result } = (await answer).data;
      if (result === undefined) throw new OutpostError("unavailable", `qdrant at ${url} gave no result for ${what}`);
      return result;
    },
  };
}

/**
 * `fetch` with its own connections instead of those that the client makes by another version of undici: Node 26 refuses these, and they are
 * kept idle for longer (10 s) than a server keeps them (5 s); its own are kept for four seconds.
 */
const ownDispatcher: object = { dispatcher: undefined };

/** What the client throws for such a key would show it. */
function assertKey(apiKey: string | undefined): void {
  if (apiKey === undefined || /^[\x21-\x7e]+$/.test(apiKey)) return;
  throw new OutpostError("invalid_input", "the API key for qdrant has characters that no header can hold");
}
