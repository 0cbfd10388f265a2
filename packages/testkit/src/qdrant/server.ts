// A strict Qdrant on loopback: validates every request and every reply against the published API, behaves like Qdrant for what Outpost
// uses, and fails on demand. What is not valid is refused and kept in `violations`, which a test expects to be empty. It keeps its
// points in memory; `restart` keeps them too, as a server on a volume would.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { assertMayWrite, healthText, type QdrantKeys, refuseKey } from "./access.ts";
import { Refusal } from "./refusal.ts";
import { ErrorReply } from "./replies.ts";
import { type QdrantState, type Route, routes } from "./routes.ts";

/** `drop`: the connection ends; with `after`, when the request was already carried out. `hang`: no answer at all. */
export interface QdrantFault {
  /** Of the method and path, as in "PUT /collections/x/points". */
  on: RegExp;
  /** Requests that fail; all further ones when absent. */
  times?: number;
  /** Requests that go well before. */
  skip?: number;
  as: "hang" | "drop" | "drop-after" | { status: number; retryAfterSeconds?: number; says?: string };
}

export interface QdrantTestServer {
  readonly url: string;
  readonly state: QdrantState;
  /** Method and path of every request. */
  readonly requests: string[];
  /** Requests and replies that are not valid; a test ends with none. */
  readonly violations: string[];
  fail(fault: QdrantFault): void;
  mend(): void;
  stop(): Promise<void>;
  /** On the same port, with all that was stored. */
  start(): Promise<void>;
  /** Everything that was stored is gone. */
  wipe(): void;
}

export interface QdrantTestOptions extends QdrantKeys {
  version?: string;
  /** Default: any that is free. */
  port?: number;
  /** Default 32 MiB, as Qdrant's. */
  maxRequestBytes?: number;
}

export async function startQdrantTestServer(options: QdrantTestOptions = {}): Promise<QdrantTestServer> {
  const { maxRequestBytes = 32 * 1024 * 1024 } = options;
  const state: QdrantState = { version: options.version ?? "1.19.0", collections: new Map(), aliases: new Map() };
  const requests: string[] = [];
  const violations: string[] = [];
  let faults: QdrantFault[] = [];
  let server: Server | undefined;
  let port = options.port ?? 0;

  function takeFault(line: string): QdrantFault["as"] | undefined {
    for (const fault of faults) {
      if (!fault.on.test(line)) continue;
      if (fault.skip !== undefined && fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      if (fault.times === undefined) return fault.as;
      if (fault.times === 0) continue;
      fault.times -= 1;
      return fault.as;
    }
    return undefined;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://qdrant");
    const line = `${request.method} ${url.pathname}`;
    requests.push(line);
    const refusal = refuseKey(line, request.headers, options);
    if (refusal !== null) return void response.writeHead(401).end(refusal);
    const bytes = Number(request.headers["content-length"] ?? 0);
    if (bytes > maxRequestBytes) {
      // Qdrant reads nothing of it, and hangs up after the answer.
      const says = `JSON payload (${bytes} bytes) is larger than allowed (limit: ${maxRequestBytes} bytes).`;
      response.once("finish", () => request.socket.destroySoon());
      return send(response, { status: 400, body: errorReply(says), headers: { Connection: "close" } });
    }
    const text = await readText(request);
    const health = healthText(line);
    if (health !== null) return void response.end(health);
    const fault = takeFault(line);
    if (fault === "hang") return;
    if (fault === "drop") return void request.socket.destroy();
    if (typeof fault === "object") {
      const headers = fault.retryAfterSeconds === undefined ? {} : { "Retry-After": String(fault.retryAfterSeconds) };
      const body = errorReply(fault.says ?? "Service internal error: told to fail");
      return send(response, { status: fault.status, body, headers });
    }
    const answered = carryOut(line, url, { text, request });
    if (fault === "drop-after") return void request.socket.destroy();
    const isPacked = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    send(response, { ...answered, isPacked });
  }

  function carryOut(line: string, url: URL, { text, request }: { text: string; request: IncomingMessage }) {
    try {
      assertMayWrite(line, request.headers, options);
      return { status: 200, body: answer(line, url, text) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: errorReply(error.message) };
    }
  }

  function answer(line: string, url: URL, text: string): unknown {
    const found = findRoute(line);
    if (found === undefined) {
      violations.push(`${line}: no such route`);
      throw new Refusal(404, "");
    }
    const { route, names } = found;
    const check = <Schema extends z.ZodType>(what: string, schema: Schema, value: unknown): z.output<Schema> => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      violations.push(`${line}: ${what}: ${z.prettifyError(parsed.error)}`);
      throw what === "reply" ? new Refusal(500, "the reply is not the API's") : refusalOf(what, parsed.error);
    };
    check("parameters", route.query, Object.fromEntries(url.searchParams));
    if (route.body === null && text !== "" && text !== "{}") violations.push(`${line}: a body that is not wanted`);
    const body = route.body === null ? undefined : check("body", route.body, parseJson(text));
    const result = check("reply", route.reply, route.answer({ state, names, body }));
    return route.isBare ? result : { result, status: "ok", time: 0.001 };
  }

  async function start(): Promise<void> {
    const started = createServer((request, response) => {
      respond(request, response).catch((error: unknown) => {
        violations.push(`the test server failed: ${String(error)}`);
        response.destroy();
      });
    });
    await new Promise<void>((resolve) => started.listen(port, "127.0.0.1", resolve));
    ({ port } = started.address() as AddressInfo);
    server = started;
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    requests,
    violations,
    fail: (fault) => faults.push({ ...fault }),
    mend: () => {
      faults = [];
    },
    start,
    async stop() {
      const stopping = server;
      server = undefined;
      stopping?.closeAllConnections();
      await new Promise<void>((resolve) => (stopping ? stopping.close(() => resolve()) : resolve()));
    },
    wipe() {
      state.collections.clear();
      state.aliases.clear();
    },
  };
}

function findRoute(line: string): { route: Route; names: string[] } | undefined {
  const [method, path = ""] = line.split(" ");
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, names: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

function errorReply(error: string): unknown {
  return ErrorReply.parse({ time: 0.001, status: { error } });
}

/** What is of another form is a 400, what has a value that cannot be a 422. */
function refusalOf(what: string, error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const place = `${issue?.path.join(".")}: ${issue?.message}`;
  const isValue = issue !== undefined && /^(custom|too_small|too_big)$/.test(issue.code);
  if (isValue) return new Refusal(422, `Validation error in JSON ${what}: [${place}]`);
  return new Refusal(400, `Format error in JSON ${what}: ${place}`);
}

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  isPacked?: boolean;
}

/** Qdrant does not say how long it keeps a connection that is idle. */
function send(response: ServerResponse, { status, body, headers = {}, isPacked = false }: Reply): void {
  const encoding = isPacked ? { "Content-Encoding": "gzip" } : {};
  response.writeHead(status, { "Content-Type": "application/json", Connection: "keep-alive", ...encoding, ...headers });
  const text = JSON.stringify(body);
  response.end(isPacked ? gzipSync(text) : text);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
