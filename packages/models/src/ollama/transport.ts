// HTTP to one Ollama server: an undici Agent without time limits of its own (the first byte may take minutes on a CPU, so the caller's
// timers decide), and replies guarded so that the client library never meets text it would print to the console.
// Knows nothing of models. Invariant: what its stream passes on are whole NDJSON lines.
import { TransformStream } from "node:stream/web";
import { Ollama } from "ollama";
import { Agent, fetch as undiciFetch } from "undici";
import { parseAddress } from "../wire/address.ts";

const maxLineBytes = 8_000_000;
const maxErrorCharacters = 64_000;
const newline = 0x0a;

export interface OllamaTransport {
  /** Without user name and password; for messages. */
  readonly address: string;
  /** A client whose every request ends when the signal fires. Rejects with `ServerRefusal` for a status that is not 2xx. */
  client(signal: AbortSignal): Ollama;
}

/** An answer that is an error. Stays inside this folder. */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** Throws `invalid_input` when the address is no URL. A user name and password in it become a header. */
export function createOllamaTransport(baseUrl: string): OllamaTransport {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });
  const { host, headers } = parseAddress(baseUrl, "ollama");
  return {
    address: host,
    client(signal) {
      const guarded = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
        // undici's types and the global ones describe the same objects and do not know of each other.
        const options = { ...init, dispatcher: agent, signal } as never;
        const response = (await undiciFetch(String(url), options)) as unknown as Response;
        if (response.ok) return guardLines(response);
        const text = (await response.text()).slice(0, maxErrorCharacters);
        throw new ServerRefusal(response.status, errorText(text) || `HTTP ${response.status}`);
      };
      return new Ollama({ host, headers, fetch: guarded as typeof fetch });
    },
  };
}

/** The text of `{"error": text}`, or whatever the server or a proxy before it sent. */
function errorText(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") return error;
  } catch {}
  return text.trim();
}

function guardLines(response: Response): Response {
  if (!response.body || !response.headers.get("content-type")?.includes("ndjson")) return response;
  return new Response(response.body.pipeThrough(wholeLines()), { status: 200, headers: response.headers });
}

/** Passes whole lines; drops an unfinished last one; fails on a line that is not JSON or has no end. */
function wholeLines(): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(newline);
      held.push(end < 0 ? chunk : chunk.subarray(0, end + 1));
      heldBytes += chunk.length;
      if (end < 0) {
        if (heldBytes > maxLineBytes) throw new Error(`a line of the answer is over ${maxLineBytes} bytes`);
        return;
      }
      const bytes = concat(held);
      held = [chunk.subarray(end + 1)];
      heldBytes = held[0]?.length ?? 0;
      assertJsonLines(bytes);
      controller.enqueue(bytes);
    },
    flush(controller) {
      const bytes = concat(held);
      if (isJson(decode(bytes))) controller.enqueue(bytes);
    },
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function assertJsonLines(bytes: Uint8Array): void {
  for (const line of decode(bytes).trimEnd().split("\n"))
    if (!isJson(line)) throw new Error(`a line of the answer is not JSON: "${line.slice(0, 80)}"`);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
