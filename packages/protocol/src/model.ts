// What the contract says of language models: which there are, and what one call cost.
import { z } from "zod";

export const ModelProfile = z.object({
  provider: z.string(),
  name: z.string(),
  /** The context window that is asked for, in tokens; constant while a run lasts. */
  windowTokens: z.int(),
  canCallTools: z.boolean(),
  canThink: z.boolean(),
});
export type ModelProfile = z.infer<typeof ModelProfile>;

/** A tool call as the model gave it: `arguments` is whatever came, not yet validated. */
export const RawToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.unknown() });
export type RawToolCall = z.infer<typeof RawToolCall>;

export const ModelUsage = z.object({
  promptTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  /** From the request to the first byte of the answer, and to the last. */
  firstTokenMs: z.int().nullable(),
  totalMs: z.int(),
});
export type ModelUsage = z.infer<typeof ModelUsage>;

export const ModelReply = z.object({
  content: z.string(),
  thinking: z.string(),
  toolCalls: z.array(RawToolCall),
  /** `length`: the reply budget ran out. `cut`: the stream ended without saying that it was done. */
  finishReason: z.enum(["stop", "length", "cut"]),
  usage: ModelUsage,
});
export type ModelReply = z.infer<typeof ModelReply>;
