// What a route says of itself. Groups of routes are defined in `routes/` by subject, and gathered in `routes.ts`.
import type { z } from "zod";
import type { Scope } from "./tokens.ts";

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` parameters. */
  path: string;
  /** Null: no token is needed. */
  scope: Scope | null;
  summary: string;
  description: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The body may come as `text/plain` instead, with this query. */
  plainText?: z.ZodType;
  /** Default: `limits.requestBodyBytes`. */
  maxBodyBytes?: number;
  /** The JSON body of a success, or the schema of one event of a stream. */
  reply: z.ZodType;
  status: 200 | 201 | 202;
  /** `stream`: server-sent events. `diff`: `text/x-diff` when the request's Accept asks for it. `text`: plain text. */
  media: "json" | "stream" | "diff" | "text";
  /** Error codes that are particular to the route. */
  errors: readonly string[];
}

export function defineRoutes<const Routes extends Record<string, Route>>(routes: Routes): Routes {
  return routes;
}
