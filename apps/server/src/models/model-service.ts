// Model calls for all workers, in one place: one client per model, a bound on calls at the same time.
import type { ChatDelta, ChatModel, ChatRequest, ModelDirectory } from "@outpost/core";
import type { ModelProfile, ModelReply } from "@outpost/protocol";
import { withSignal } from "../search/with-signal.ts";

/** A local server works on few prompts at once; more only wait there instead of here. */
const maxCallsAtOnce = 4;
const maxKnownModels = 16;
const openTimeoutMs = 30_000;

export interface ModelService {
  describe(name: string | undefined, signal: AbortSignal): Promise<ModelProfile>;
  chat(
    model: { provider: string; name: string },
    request: ChatRequest,
    onDelta: (delta: ChatDelta) => void,
    signal: AbortSignal,
  ): Promise<ModelReply>;
}

export function createModelService(directory: ModelDirectory): ModelService {
  const known = new Map<string, Promise<ChatModel>>();
  const waiting = new Set<() => void>();
  let calls = 0;

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

  async function enter(signal: AbortSignal): Promise<void> {
    while (calls >= maxCallsAtOnce) {
      signal.throwIfAborted();
      await waitForTurn(signal);
    }
    signal.throwIfAborted();
    calls += 1;
  }

  /** Who gives up leaves the queue, so that no turn is given to nobody. */
  function waitForTurn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  return {
    async describe(name, signal) {
      // Asked afresh each time: the default depends on which servers answer now.
      const model = await directory.open(name, signal);
      return model.describe(signal);
    },
    async chat({ provider, name }, request, onDelta, signal) {
      const model = await withSignal(open(provider === name ? name : `${provider}/${name}`), signal);
      await enter(signal);
      try {
        const pieces = model.chat(request, signal);
        for (;;) {
          const piece = await pieces.next();
          if (piece.done) return piece.value;
          onDelta(piece.value);
        }
      } finally {
        calls -= 1;
        for (const next of [...waiting].slice(0, 1)) next();
      }
    },
  };
}
