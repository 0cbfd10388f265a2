// Sends one request of a route and gives a 2xx response, or rejects with what went wrong. Reads replies by the route's schema.
import { OutpostError, type Route, type RouteName, routes } from "@outpost/protocol";
import { describeNoAnswer, parseJson, readFailure } from "./http-failure.ts";
import { composeUrl, parseBaseUrl } from "./request-url.ts";

export interface ServerAddress {
  baseUrl: string;
  token?: string;
  fetch?: typeof globalThis.fetch;
}

export interface SendOptions {
  params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
  accept?: string;
  headers?: Record<string, string>;
}

export type Send = (name: RouteName, options: SendOptions) => Promise<Response>;

export function createSend(address: ServerAddress): Send {
  const base = parseBaseUrl(address.baseUrl);
  // Looked up at each call, so that a fetch that is put in place later is used, and called without a receiver, as browsers want it.
  const request: typeof globalThis.fetch = (...given) => (address.fetch ?? globalThis.fetch)(...given);
  const { token } = address;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new OutpostError("invalid_input", "the token holds characters that no token has");
  }
  return async (name, options) => {
    const route: Route = routes[name];
    const url = composeUrl(base, route.path, options.params ?? {}, options.query ?? {});
    const headers: Record<string, string> = { accept: options.accept ?? "application/json", ...options.headers };
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
    // A route that takes a body takes an empty one as well.
    const body = route.body ? JSON.stringify(options.body ?? {}) : null;
    if (body !== null) headers["content-type"] = "application/json";
    const { signal } = options;
    let response: Response;
    try {
      response = await request(url, { method: route.method, headers, body, ...(signal && { signal }) });
    } catch (error) {
      throw describeNoAnswer(url, error, signal);
    }
    if (!response.ok) throw await readFailure(url, response);
    return response;
  };
}

/** Rejects with `unavailable` (retryable) when the answer breaks off. */
export async function readText(response: Response, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new OutpostError("unavailable", "the answer broke off", { retryable: true, cause: error });
  }
}

/** Throws `internal` when the text is not what the route promises. */
export function parseReply(name: RouteName, text: string): unknown {
  return parseBy(routes[name].reply, parseJson(text), `the reply to ${name}`);
}

/** Throws `internal`, with where it does not fit. `what`: names the value in the message. */
export function parseBy(schema: Route["reply"], value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join(".")}` : "";
  throw new OutpostError(
    "internal",
    `${what} is not what the contract says${where} (${issue?.message ?? "no reason"}); are client and server of the same version?`,
  );
}
