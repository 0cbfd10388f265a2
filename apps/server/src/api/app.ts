// The HTTP application: mounts the routes of the protocol, checks every request, and turns errors into replies. Knows no task and no repository.
import {
  type AccessToken,
  createOpenApiDocument,
  limits,
  type NewId,
  OutpostError,
  type Route,
  type RouteName,
  routes,
  type Scope,
} from "@outpost/protocol";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Logger } from "pino";
import type { z } from "zod";
import { clientAddress } from "../access/client-address.ts";
import { checkOrigin } from "../access/origin.ts";
import type { RateLimits } from "../access/rate-limits.ts";
import type { TokenService } from "../access/tokens.ts";
import { replyToError } from "./errors.ts";
import type { Handlers, RouteInput, StreamFrame, StreamRoute } from "./handlers.ts";
import { renderReferencePage } from "./reference-page.ts";

export interface AppParts {
  handlers: Handlers;
  tokens: TokenService;
  allowedHosts: readonly string[];
  rateLimits: RateLimits;
  behindProxy: boolean;
  version: string;
  newId: NewId;
  logger: Logger;
}

type Variables = { requestId: string };
type AppContext = Context<{ Variables: Variables }>;

export function createApp(parts: AppParts): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>({ strict: true });
  app.use("*", async (context, next) => {
    const requestId = parts.newId("req");
    context.set("requestId", requestId);
    context.header("X-Request-Id", requestId);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
    checkOrigin({ host: context.req.header("host"), origin: context.req.header("origin") }, parts.allowedHosts);
    await next();
  });
  app.use("*", limitBodies());
  const document = createOpenApiDocument(parts.version);
  const page = renderReferencePage(document);
  app.get("/openapi.json", (context) => {
    takeOfAddress(parts, context);
    return context.json(document);
  });
  app.get("/docs", (context) => {
    takeOfAddress(parts, context);
    context.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    return context.html(page);
  });
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    app.on(route.method, route.path, (context) => serveRoute(parts, name, route, context));
  }
  app.notFound((context) => {
    takeOfAddress(parts, context);
    const what = `${context.req.method} ${context.req.path.slice(0, 200)}`;
    return reply(context, parts, new OutpostError("not_found", `there is no ${what}; see /docs`));
  });
  app.onError((error, context) => reply(context, parts, isGone(context, error) ? clientGone : error));
  return app;
}

/** By the path alone, before it is known whether there is such a route or who asks. */
function limitBodies(): MiddlewareHandler {
  const large = Object.values<Route>(routes).flatMap(({ path, maxBodyBytes }) =>
    maxBodyBytes
      ? [{ path: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`), limit: createBodyLimit(maxBodyBytes) }]
      : [],
  );
  const usual = createBodyLimit(limits.requestBodyBytes);
  return (context, next) => {
    const own = context.req.method === "POST" ? large.find(({ path }) => path.test(context.req.path)) : undefined;
    return (own?.limit ?? usual)(context, next);
  };
}

/** For what needs no token; health is always answered. */
function takeOfAddress(parts: AppParts, context: Context): void {
  parts.rateLimits.take("address", clientAddress(context, parts.behindProxy));
}

/** The rest of the body stays unread, so the connection cannot be used again. */
function createBodyLimit(maxSize: number): MiddlewareHandler {
  const onError = (context: Context): never => {
    context.header("Connection", "close");
    throw new OutpostError("limit_exceeded", `the body is over ${maxSize} bytes`);
  };
  return bodyLimit({ maxSize, onError });
}

/** What was done for a client was given up because it is gone: no bug, and nobody reads the reply. */
function isGone({ req: { raw } }: Context, error: unknown): boolean {
  return raw.signal.aborted && error === raw.signal.reason;
}

const clientGone = new OutpostError("unavailable", "the client is gone");

function reply(context: AppContext, parts: AppParts, error: unknown): Response {
  const { status, body } = replyToError(error, context.get("requestId"), parts.logger);
  const { retryAfterSeconds } = body.error.details;
  if (typeof retryAfterSeconds === "number") context.header("Retry-After", String(retryAfterSeconds));
  return context.json(body, status as 400);
}

/** Throws what `check` throws, or `limit_exceeded` for who sends too much. */
async function admit(parts: AppParts, scope: Scope, context: AppContext): Promise<AccessToken> {
  let token: AccessToken;
  try {
    token = await parts.tokens.check(context.req.header("authorization"), scope);
  } catch (error) {
    parts.rateLimits.take("address", clientAddress(context, parts.behindProxy));
    throw error;
  }
  parts.rateLimits.take("token", token.id);
  return token;
}

async function serveRoute(parts: AppParts, name: RouteName, route: Route, context: AppContext): Promise<Response> {
  const token = route.scope ? await admit(parts, route.scope, context) : null;
  const input = {
    params: context.req.param() as Record<string, string>,
    query: route.query ? parse(route.query, context.req.query(), "query") : undefined,
    body: route.body ? parse(route.body, await readBody(parts, name, route, context), "body") : undefined,
    token,
    idempotencyKey: readIdempotencyKey(context),
    get signal() {
      return context.req.raw.signal;
    },
  };
  // A HEAD is answered without its body, and nobody would ever read or end a stream that was opened for it.
  if (route.media === "stream" && context.req.method === "HEAD")
    return context.body(null, 200, { "Content-Type": "text/event-stream" });
  if (route.media === "stream") return serveStream(parts, name as StreamRoute, input, context);
  if (route.media === "text") return serveText(parts, name, input, context);
  if (route.media === "diff") return serveDiff(parts, input as RouteInput<"getChange">, context);
  const handler = parts.handlers.json[name as keyof typeof parts.handlers.json] as (given: unknown) => Promise<object>;
  return context.json(await handler(input), route.status);
}

async function serveText(parts: AppParts, name: RouteName, input: unknown, context: AppContext): Promise<Response> {
  const handler = parts.handlers.text[name as keyof typeof parts.handlers.text] as (
    given: unknown,
  ) => Promise<{ contentType: string; text: string }>;
  const { contentType, text } = await handler(input);
  return context.body(text, 200, { "Content-Type": contentType });
}

async function serveDiff(parts: AppParts, input: RouteInput<"getChange">, context: AppContext): Promise<Response> {
  if (!context.req.header("accept")?.includes("text/x-diff"))
    return context.json((await parts.handlers.diff.json(input)) as object);
  return context.body(await parts.handlers.diff.patch(input), 200, { "Content-Type": "text/x-diff; charset=utf-8" });
}

async function serveStream(parts: AppParts, name: StreamRoute, input: object, context: AppContext): Promise<Response> {
  const abort = new AbortController();
  const open = parts.handlers.stream[name] as (
    given: unknown,
    signal: AbortSignal,
  ) => Promise<AsyncGenerator<StreamFrame>>;
  const frames = await open({ ...input, lastEventId: context.req.header("last-event-id") }, abort.signal);
  const send = async (stream: SSEStreamingApi): Promise<void> => {
    stream.onAbort(() => abort.abort());
    if (stream.aborted) abort.abort();
    const heartbeat = setInterval(() => void stream.write(": still here\n\n"), limits.sseHeartbeatMs);
    try {
      for await (const frame of frames) await stream.writeSSE(frame);
    } finally {
      clearInterval(heartbeat);
      abort.abort();
    }
  };
  const requestId = context.get("requestId");
  // nginx would keep events until it has enough of them
  context.header("X-Accel-Buffering", "no");
  return streamSSE(context, send, async (error) => parts.logger.error({ requestId, err: error }, "stream.failed"));
}

async function readBody(parts: AppParts, name: RouteName, route: Route, context: AppContext): Promise<unknown> {
  const isPlain = /^text\/plain\b/i.test(context.req.header("content-type") ?? "");
  if (!route.plainText || !isPlain) return readJson(context);
  const read = parts.handlers.plainText[name as keyof Handlers["plainText"]];
  return read(await context.req.text(), parse(route.plainText, context.req.query(), "query") as never);
}

async function readJson(context: AppContext): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  const text = await context.req.text();
  if (text === "") return {};
  if (!/^application\/json\b/i.test(type)) {
    throw new OutpostError(
      "invalid_input",
      `the body's Content-Type is "${type.slice(0, 100)}"; it must be application/json`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OutpostError("invalid_input", `the body is not JSON: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
}

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 5)
    .map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const first = issues[0];
  throw new OutpostError(
    "invalid_input",
    `${what}${first?.path ? ` "${first.path}"` : ""}: ${first?.message ?? "invalid"}`,
    { details: { issues } },
  );
}

function readIdempotencyKey(context: AppContext): string | undefined {
  const key = context.req.header("idempotency-key");
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new OutpostError(
      "invalid_input",
      "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces",
    );
  }
  return key;
}
