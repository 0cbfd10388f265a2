// The types of a call, made from the routes: what must be given, and what comes back. No values.
import type { Routes } from "@outpost/protocol";

/** What a schema accepts, and what it makes of it; without naming the schema library. */
type Accepted<Schema> = Schema extends { _zod: { input: infer Input } } ? Input : never;
type Made<Schema> = Schema extends { _zod: { output: infer Output } } ? Output : never;

type PathParameter<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | PathParameter<Tail>
    : Rest
  : never;

type ParamsPart<Path extends string> = [PathParameter<Path>] extends [never]
  ? unknown
  : { params: Record<PathParameter<Path>, string | number> };
type QueryPart<Route> = Route extends { query: infer Schema } ? { query?: LooseQuery<Accepted<Schema>> } : unknown;
type BodyPart<Route> = Route extends { body: infer Schema }
  ? object extends Accepted<Schema>
    ? { body?: Accepted<Schema> }
    : { body: Accepted<Schema> }
  : unknown;

/** Query strings are text on the wire: numbers may be given as numbers. */
type LooseQuery<Query> = {
  [Name in keyof Query]: unknown extends Query[Name] ? string | number | undefined : Query[Name] | undefined;
};

interface CommonOptions {
  /** Makes a repeat of the same request harmless. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Routes that answer once, in JSON. */
export type CallableRoute = {
  [Name in keyof Routes]: Routes[Name]["media"] extends "stream" | "text" ? never : Name;
}[keyof Routes];

export type CallOptions<Name extends CallableRoute> = CommonOptions &
  ParamsPart<Routes[Name]["path"]> &
  QueryPart<Routes[Name]> &
  BodyPart<Routes[Name]>;

/** The options may be left away where nothing in them is required. */
export type CallArguments<Name extends CallableRoute> =
  object extends CallOptions<Name> ? [options?: CallOptions<Name>] : [options: CallOptions<Name>];

export type CallReply<Name extends CallableRoute> = Made<Routes[Name]["reply"]>;
