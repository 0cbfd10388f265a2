// Models for all workers, in one place: one client per model, a bound on calls at the same time, health, totals, and the chain of models
// that take over from one another. Knows no task: who asks says which models it has given up.
import type { ChatDelta, ChatModel, ChatRequest, ModelDirectory, ModelRecords } from "@outpost/core";
import {
  isOutpostError,
  type ModelHealth,
  type ModelName,
  type ModelProfile,
  type ModelReply,
  OutpostError,
} from "@outpost/protocol";
import type { Logger } from "pino";
import { withSignal } from "../search/with-signal.ts";
import { createCallsAtOnce } from "./calls-at-once.ts";
import { createModelHealth } from "./model-health.ts";

/** A local server works on few prompts at once; more only wait there instead of here. */
const maxCallsAtOnce = 4;
const maxKnownModels = 16;
const openTimeoutMs = 30_000;
/** A smaller window is no window. */
const minWindowTokens = 2048;

export interface ChooseModel {
  /** As the task names it; absent: the server's chain. */
  model?: string;
  /** Whether the chain may take over from a model that the task names. */
  allowFallback: boolean;
  /** Given up by this run. */
  without: readonly ModelName[];
}

export interface ChosenModel {
  profile: ModelProfile;
  /** Those before it, and why they are not it. */
  passedOver: { model: string; reason: string }[];
}

export interface ModelService {
  /**
   * The first of the chain that is healthy and answers, as it is best spoken with. Rejects like `ChatModel.describe` when there is none,
   * with what the first of them said.
   */
  choose(request: ChooseModel, signal: AbortSignal): Promise<ChosenModel>;
  /** Rejects like `ChatModel.chat`, and with `unavailable` (retryable) while the model is left alone because it failed too often. */
  chat(
    model: ModelName,
    request: ChatRequest,
    onDelta: (delta: ChatDelta) => void,
    signal: AbortSignal,
  ): Promise<ModelReply>;
  /** The names of the chain as they are configured; "" is the automatic choice. */
  readonly chain: readonly string[];
  health(model: ModelName): ModelHealth;
}

export interface ModelServiceOptions {
  directory: ModelDirectory;
  records: ModelRecords;
  /** In order; empty: the automatic choice. */
  chain: readonly string[];
  nowMs: () => number;
  logger: Logger;
}

export function createModelService(options: ModelServiceOptions): ModelService {
  const { directory, records, nowMs, logger } = options;
  const chain = options.chain.length > 0 ? [...new Set(options.chain)] : [""];
  const known = new Map<string, Promise<ChatModel>>();
  const turns = createCallsAtOnce(maxCallsAtOnce);
  const health = createModelHealth(nowMs);

  /** Shared by all who ask for it, so no caller's signal ends it. */
  function open(name: string): Promise<ChatModel> {
    let model = known.get(name);
    if (!model) {
      model = directory.open(name, AbortSignal.timeout(openTimeoutMs));
      if (known.size >= maxKnownModels) known.delete(known.keys().next().value ?? "");
      known.set(name, model);
      model.catch(() => known.delete(name));
    }
    return model;
  }

  /** Asked afresh each time: what is there, and what it can do, depends on which servers answer now. */
  async function describe(name: string, signal: AbortSignal): Promise<ModelProfile> {
    const model = await directory.open(name === "" ? undefined : name, signal);
    const profile = await model.describe(signal);
    const test = await records.findModelTest(profile).catch(() => undefined);
    if (!test) return profile;
    const usable = Math.max(minWindowTokens, test.usableWindowTokens ?? profile.windowTokens);
    return { ...profile, windowTokens: Math.min(profile.windowTokens, usable), conduct: test.conduct };
  }

  async function choose({ model, allowFallback, without }: ChooseModel, signal: AbortSignal): Promise<ChosenModel> {
    const wanted = model === undefined ? chain : [model, ...(allowFallback ? chain : [])];
    const passedOver: ChosenModel["passedOver"] = [];
    const resting: ModelProfile[] = [];
    let first: unknown;
    for (const name of new Set(wanted)) {
      try {
        const profile = await describe(name, signal);
        if (without.some((given) => isSame(given, profile))) continue;
        const { circuit, lastError } = health.of(profile);
        if (circuit !== "open") return { profile, passedOver };
        resting.push(profile);
        passedOver.push({ model: nameOf(profile), reason: lastError ?? "it failed too often" });
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutpostError(error)) throw error;
        first ??= error;
        passedOver.push({ model: name || "the default", reason: error.message });
      }
    }
    // One that rests is better than none: its next call waits its turn.
    const [profile] = resting;
    if (profile) return { profile, passedOver: passedOver.filter((other) => other.model !== nameOf(profile)) };
    throw first ?? new OutpostError("unavailable", `no other model is left of ${[...wanted].join(", ")}`);
  }

  async function talk(
    model: ChatModel,
    request: ChatRequest,
    onDelta: (delta: ChatDelta) => void,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const pieces = model.chat(request, signal);
    for (;;) {
      const piece = await pieces.next();
      if (piece.done) return piece.value;
      onDelta(piece.value);
    }
  }

  /** Behind the reply: a transaction waits for the disk, and a step for the reply. */
  function note(model: ModelName, outcome: { usage: ModelReply["usage"]; failure: string | null }): void {
    const { provider, name } = model;
    const record = { provider, name, atMs: nowMs(), ...outcome.usage, failure: outcome.failure };
    setImmediate(() => {
      records.noteModelCall(record).catch((error) => logger.warn({ err: error, ...model }, "model.not_counted"));
    });
  }

  return {
    chain,
    health: (model) => health.of(model),
    choose,
    async chat(name, request, onDelta, signal) {
      const model = await withSignal(open(nameOf(name)), signal);
      const circuit = health.circuit(name);
      if (!circuit.mayCall(nowMs())) throw restingError(name, health.of(name), nowMs());
      const startedMs = nowMs();
      try {
        await turns.enter(signal);
        try {
          const reply = await talk(model, request, onDelta, signal);
          circuit.noteSuccess();
          note(name, { usage: reply.usage, failure: reply.finishReason === "stop" ? null : reply.finishReason });
          return reply;
        } finally {
          turns.leave();
        }
      } catch (error) {
        if (signal.aborted) circuit.noteNothing();
        else {
          const code = isOutpostError(error) ? error.code : "internal";
          // What the request itself is to blame for says nothing of the model's health.
          if (code === "unavailable" || code === "timeout") circuit.noteFailure((error as Error).message, nowMs());
          else circuit.noteNothing();
          const usage = { promptTokens: null, outputTokens: null, firstTokenMs: null, totalMs: nowMs() - startedMs };
          note(name, { usage, failure: code });
        }
        throw error;
      }
    },
  };
}

export function nameOf({ provider, name }: ModelName): string {
  return `${provider}/${name}`;
}

function isSame(one: ModelName, other: ModelName): boolean {
  return one.provider === other.provider && one.name === other.name;
}

function restingError(model: ModelName, { failuresInARow, retryAtMs, lastError }: ModelHealth, nowMs: number) {
  const waitMs = Math.max(0, (retryAtMs ?? nowMs) - nowMs);
  return new OutpostError(
    "unavailable",
    `model "${nameOf(model)}" failed ${failuresInARow} times in a row and is left alone for another ${waitMs} ms; last: ${lastError}`,
    { retryable: true, details: { reason: "circuit_open" } },
  );
}
