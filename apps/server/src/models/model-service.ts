// Model calls for all workers, in one place: one client per model, a bound on calls at the same time.
import type { ChatDelta, ChatModel, ChatRequest, ModelDirectory } from "@outpost/core";
import type { ModelProfile, ModelReply } from "@outpost/protocol";

/** A local server works on few prompts at once; more only wait there instead of here. */
const maxCallsAtOnce = 4;
const maxKnownModels = 16;

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
  const waiting: (() => void)[] = [];
  let calls = 0;

  function open(name: string, signal: AbortSignal): Promise<ChatModel> {
    let model = known.get(name);
    if (!model) {
      model = directory.open(name, signal);
      if (known.size >= maxKnownModels) known.delete(known.keys().next().value ?? "");
      known.set(name, model);
      model.catch(() => known.delete(name));
    }
    return model;
  }

  async function enter(signal: AbortSignal): Promise<void> {
    while (calls >= maxCallsAtOnce) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
    calls += 1;
  }

  return {
    async describe(name, signal) {
      // Asked afresh each time: the default depends on which servers answer now.
      const model = await directory.open(name, signal);
      return model.describe(signal);
    },
    async chat({ provider, name }, request, onDelta, signal) {
      const model = await open(provider === name ? name : `${provider}/${name}`, signal);
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
        waiting.shift()?.();
      }
    },
  };
}
