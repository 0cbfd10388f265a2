// What is kept of models and shown of them: totals, health, conformance, and the jobs that get or test one.
import { z } from "zod";
import { ModelConduct, ModelName, ModelProfile } from "./model.ts";

/** A model as its server lists it. */
export const ModelListing = ModelProfile.extend({
  /** In memory now; null: the server does not say. */
  isLoaded: z.boolean().nullable(),
  sizeBytes: z.int().nullable(),
});
export type ModelListing = z.infer<typeof ModelListing>;

/** How far a pull is. Bytes are null where nothing is counted. */
export const PullProgress = z.object({
  status: z.string(),
  completedBytes: z.int().nullable(),
  totalBytes: z.int().nullable(),
});
export type PullProgress = z.infer<typeof PullProgress>;

/** How a call failed: an error's code, `cut` (the stream ended early) or `length` (the reply's budget ran out). */
export const ModelFailureKind = z.string().max(40);

/** One call of a model, as it is added to the totals. */
export const ModelCallRecord = ModelName.extend({
  atMs: z.int(),
  promptTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  firstTokenMs: z.int().nullable(),
  totalMs: z.int(),
  /** Null: it went well. */
  failure: ModelFailureKind.nullable(),
});
export type ModelCallRecord = z.infer<typeof ModelCallRecord>;

export const ModelUsageTotals = ModelName.extend({
  calls: z.int(),
  promptTokens: z.int(),
  outputTokens: z.int(),
  /** Sums over the calls that had a first token. */
  firstTokenMs: z.int(),
  callsWithFirstToken: z.int(),
  totalMs: z.int(),
  /** Of the calls whose output was counted, from first to last token: what tokens per second are made of. */
  writingMs: z.int(),
  writtenTokens: z.int(),
  failures: z.record(ModelFailureKind, z.int()),
  lastUsedAtMs: z.int(),
});
export type ModelUsageTotals = z.infer<typeof ModelUsageTotals>;

/** Tokens a second from first to last token, over all calls; null: nothing was counted. */
export function tokensPerSecond(usage: Pick<ModelUsageTotals, "writingMs" | "writtenTokens">): number | null {
  return usage.writingMs > 0 && usage.writtenTokens > 0 ? (usage.writtenTokens * 1000) / usage.writingMs : null;
}

/** `open`: it failed so often that it is left alone until `retryAtMs`; `trying`: the next call decides. */
export const ModelHealth = z.object({
  circuit: z.enum(["closed", "open", "trying"]),
  failuresInARow: z.int(),
  retryAtMs: z.int().nullable(),
  lastError: z.string().nullable(),
});
export type ModelHealth = z.infer<typeof ModelHealth>;

export const ModelTestArea = z.enum(["calls", "edits", "window", "instructions"]);
export type ModelTestArea = z.infer<typeof ModelTestArea>;

export const ModelTestResult = z.object({
  area: ModelTestArea,
  name: z.string(),
  passed: z.boolean(),
  /** What came instead. */
  detail: z.string(),
  tookMs: z.int(),
});
export type ModelTestResult = z.infer<typeof ModelTestResult>;

/** What `outpost models test` found, and the conduct that follows from it. */
export const ModelTestReport = ModelName.extend({
  testedAtMs: z.int(),
  results: z.array(ModelTestResult),
  /** The largest prompt that it answered from both ends of, in tokens as the server counted them; null: none. */
  usableWindowTokens: z.int().nullable(),
  firstTokenMs: z.int().nullable(),
  tokensPerSecond: z.number().nullable(),
  conduct: ModelConduct,
});
export type ModelTestReport = z.infer<typeof ModelTestReport>;

/** One model with all that is known of it. */
export const ModelStatus = ModelListing.extend({
  /** Its place in the chain that tasks without a model use, from 1; null: not in it. */
  place: z.int().nullable(),
  /** Whether its server has it now; false for one that is only known from its totals or the configuration. */
  isThere: z.boolean(),
  health: ModelHealth,
  usage: ModelUsageTotals.nullable(),
  testedAtMs: z.int().nullable(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

export const ModelList = z.object({ items: z.array(ModelStatus) });
export type ModelList = z.infer<typeof ModelList>;

export const ModelDetails = z.object({ model: ModelStatus, test: ModelTestReport.nullable() });
export type ModelDetails = z.infer<typeof ModelDetails>;

/** `name`: "provider/name" or a bare name. */
export const ShowModelQuery = z.strictObject({ name: z.string().min(1).max(200) });
export type ShowModelQuery = z.infer<typeof ShowModelQuery>;

export const StartModelJobRequest = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pull"), model: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal("test"), model: z.string().min(1).max(200) }),
  /** Gets what runs GGUF files in a process of the server's own. */
  z.strictObject({ kind: z.literal("install-llama") }),
]);
export type StartModelJobRequest = z.infer<typeof StartModelJobRequest>;

/** Something about a model that takes minutes. Kept in memory: a server that is started again knows none. */
export const ModelJob = z.object({
  id: z.string(),
  kind: z.enum(["pull", "test", "install-llama"]),
  model: z.string().nullable(),
  state: z.enum(["running", "done", "failed", "cancelled"]),
  progress: PullProgress,
  /** Of a test that has ended. */
  report: ModelTestReport.nullable(),
  error: z.string().nullable(),
  startedAtMs: z.int(),
  endedAtMs: z.int().nullable(),
});
export type ModelJob = z.infer<typeof ModelJob>;
