// What the loop itself says and does between steps: notices to the model, the protocol that calls are made in, the note that stands for
// old history. Parts of events; core decides them, the prompt is computed from them.
import { z } from "zod";

/** Why the loop spoke up. Each kind speaks once before the run is stopped by name, unless something comes of it. */
export const NoticeKind = z.enum([
  "empty_reply",
  "thinking_only",
  "cut_reply",
  "broken_off",
  "repetition",
  "no_call",
  "broken_call",
  "dropped_calls",
  "loop",
  "alternation",
  "same_error",
  "no_progress",
  "reflection",
  "whole_file",
  "plan",
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** How a model makes its calls: as its server does it, as one JSON object that the server holds to a schema, or in plain text with raw bodies. */
export const CallProtocol = z.enum(["native", "json", "text"]);
export type CallProtocol = z.infer<typeof CallProtocol>;

/** What old steps came to. Computed from events; stands in the prompt instead of them. */
export const WorkState = z.object({
  objective: z.string(),
  decisions: z.array(z.string()),
  done: z.array(z.string()),
  next: z.string(),
  filesRead: z.array(z.string()),
  filesChanged: z.array(z.string()),
});
export type WorkState = z.infer<typeof WorkState>;
