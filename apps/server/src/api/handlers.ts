// What each route does, as a table over the services. Knows nothing of HTTP beyond what a route's contract says.
import type { AccessToken, RouteName, Routes } from "@outpost/protocol";
import type { z } from "zod";

type SchemaOf<R, Key extends "query" | "body"> = R extends Record<Key, z.ZodType> ? z.infer<R[Key]> : undefined;

export interface RouteInput<Name extends RouteName> {
  params: Record<string, string>;
  query: SchemaOf<Routes[Name], "query">;
  body: SchemaOf<Routes[Name], "body">;
  /** Who asks; null on routes without a scope. */
  token: AccessToken | null;
  idempotencyKey: string | undefined;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** JSON routes answer with their reply; the diff and stream routes have handlers of their own kind. */
export type JsonHandlers = {
  [Name in RouteName as Routes[Name]["media"] extends "json" ? Name : never]: (
    input: RouteInput<Name>,
  ) => Promise<z.input<Routes[Name]["reply"]>>;
};

export type TextHandlers = {
  [Name in RouteName as Routes[Name]["media"] extends "text" ? Name : never]: (
    input: RouteInput<Name>,
  ) => Promise<{ contentType: string; text: string }>;
};

export interface DiffHandler {
  json(input: RouteInput<"getChange">): Promise<unknown>;
  patch(input: RouteInput<"getChange">): Promise<string>;
}

export interface StreamFrame {
  event: "event" | "delta";
  id?: string;
  data: string;
}

/** `lastEventId`: from the header, for a client that reconnects. Rejects before the first frame are answered as JSON errors. */
export type StreamHandler<Name extends StreamRoute> = (
  input: RouteInput<Name> & { lastEventId: string | undefined },
  signal: AbortSignal,
) => Promise<AsyncGenerator<StreamFrame>>;

export type StreamRoute = {
  [Name in RouteName]: Routes[Name]["media"] extends "stream" ? Name : never;
}[RouteName];
export type StreamHandlers = { [Name in StreamRoute]: StreamHandler<Name> };

/** Bodies that came as plain text: the text and the parsed query → what the route's JSON body would be. */
export type PlainTextReaders = {
  [Name in RouteName as Routes[Name] extends { plainText: z.ZodType } ? Name : never]: (
    text: string,
    query: Routes[Name] extends { plainText: infer Query extends z.ZodType } ? z.infer<Query> : never,
  ) => Promise<unknown>;
};

export interface Handlers {
  plainText: PlainTextReaders;
  json: JsonHandlers;
  text: TextHandlers;
  diff: DiffHandler;
  stream: StreamHandlers;
}
