// HTTP to one OpenAI-compatible server: an undici Agent without time limits of its own (the first byte may take minutes, so the caller's
// timers decide), the API key, and refusals as one kind of error. Knows nothing of models.
// Invariant: the key leaves in a header only, and is cut out of whatever the server says.
import { Agent, fetch, type Response } from "undici";
import { parseAddress } from "../wire/address.ts";
import { parseError } from "./chunk.ts";
import type { ServerFailure } from "./errors.ts";

const maxErrorCharacters = 200_000;
const maxLookupCharacters = 4_000_000;

export interface OpenAiTransport {
  /** Without user name and password; for messages. Ends in /v1, or in the path that was configured. */
  readonly address: string;
  /** The answer to a GET as JSON. `path`: below the address, or from the server's root ("root:/props"). Rejects with `ServerRefusal`. */
  lookUp(path: string, signal: AbortSignal): Promise<unknown>;
  /** The answer to a POST, with its body unread. Rejects with `ServerRefusal` for a status that is not 2xx. */
  post(path: string, body: unknown, signal: AbortSignal): Promise<Response>;
  /** The text without the key. */
  redact(text: string): string;
}

/** An answer that is an error. Stays inside this folder. */
export class ServerRefusal extends Error implements ServerFailure {
  override readonly name = "ServerRefusal";
  readonly status: number | undefined;
  readonly text: string;

  constructor(failure: ServerFailure) {
    super(failure.text);
    this.status = failure.status;
    this.text = failure.text;
  }
}

/** Throws `invalid_input` when the address is no URL. */
export function createOpenAiTransport(baseUrl: string, apiKey: string | undefined): OpenAiTransport {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });
  const parsed = parseAddress(baseUrl, "the OpenAI-compatible server");
  const root = parsed.host.replace(/\/v\d+$/, "");
  // Everybody means the API, also who gives the host alone.
  const address = new URL(parsed.host).pathname === "/" ? `${parsed.host}/v1` : parsed.host;
  const headers = { ...parsed.headers, ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) };
  const redact = (text: string) => (apiKey ? text.replaceAll(apiKey, "[redacted]") : text);
  const urlOf = (path: string) => (path.startsWith("root:") ? `${root}${path.slice(5)}` : `${address}${path}`);

  async function ask(path: string, init: { method: string; body?: string; signal: AbortSignal }): Promise<Response> {
    const response = await fetch(urlOf(path), {
      ...init,
      headers: { ...headers, ...(init.body === undefined ? {} : { "content-type": "application/json" }) },
      dispatcher: agent,
    });
    if (response.ok) return response;
    const text = (await response.text()).slice(0, maxErrorCharacters);
    throw new ServerRefusal({ status: response.status, text: redact(errorText(text)) || `HTTP ${response.status}` });
  }

  return {
    address,
    redact,
    async lookUp(path, signal) {
      const text = await (await ask(path, { method: "GET", signal })).text();
      return text.length > maxLookupCharacters ? undefined : parseJson(text);
    },
    post: (path, body, signal) => ask(path, { method: "POST", body: JSON.stringify(body), signal }),
  };
}

function errorText(text: string): string {
  const value = parseJson(text);
  return parseError(value)?.text ?? text.trim();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
