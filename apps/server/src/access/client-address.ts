// Where a request comes from. Behind a proxy that is what the proxy says last; otherwise nobody's word is taken for it.
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";

export function clientAddress(context: Context, behindProxy: boolean): string {
  const forwarded = behindProxy ? context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const { incoming } = (context.env ?? {}) as { incoming?: IncomingMessage };
  return (forwarded || incoming?.socket?.remoteAddress) ?? "unknown";
}
