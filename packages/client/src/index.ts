// The client of an Outpost server.
export type { Reconnect } from "./backoff.ts";
export type { CallArguments, CallableRoute, CallOptions, CallReply } from "./call-types.ts";
export { type ClientOptions, createClient, type OutpostClient } from "./client.ts";
export type { StreamItem } from "./stream-events.ts";
