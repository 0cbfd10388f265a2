// What the contract says of language models: which there are, and what one call cost.
import { z } from "zod";

/** How the loop speaks with a model: measured by `outpost models test`. */
export const ModelConduct = z.object({
  /** `native`: tools over the wire. `json`: one JSON object under a schema. `text`: a plain-text protocol with raw bodies. */
  protocol: z.enum(["native", "json", "text"]).default("native"),
  /** The way of editing that the model gets right: exact search and replace, whole files, or a patch. */
  editFormat: z.enum(["replace", "whole", "patch"]).default("replace"),
  /** `auto`: as the model does by itself. `off`: it is asked not to think. */
  thinking: z.enum(["auto", "off"]).default("auto"),
  /** Null: nobody measured it, these are the defaults. */
  testedAtMs: z.int().nullable().default(null),
});
export type ModelConduct = z.infer<typeof ModelConduct>;

export const ModelProfile = z.object({
  provider: z.string(),
  name: z.string(),
  /** The context window that is asked for, in tokens; constant while a run lasts. */
  windowTokens: z.int(),
  canCallTools: z.boolean(),
  canThink: z.boolean(),
  /** Absent: never measured; `conductOf` gives the defaults. */
  conduct: ModelConduct.optional(),
});
export type ModelProfile = z.infer<typeof ModelProfile>;

export function conductOf(profile: ModelProfile): ModelConduct {
  return profile.conduct ?? ModelConduct.parse({});
}

/** Enough to find a model again. */
export const ModelName = z.object({ provider: z.string(), name: z.string() });
export type ModelName = z.infer<typeof ModelName>;

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
