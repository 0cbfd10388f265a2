// How an index keeps up with its source.
import { z } from "zod";

/**
 * Whether the index keeps up by itself: `followed` is told of every change, `polled` looks in turns, `on_request` has looked when it was
 * last indexed and not since.
 */
export const Freshness = z.enum(["followed", "polled", "on_request"]);
export type Freshness = z.infer<typeof Freshness>;
