// The built-in rules as a provider of one model: the only one that is always there.
import type { ModelProvider } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import type { ModelAdapter } from "../directory/adapter.ts";
import { createRulesModel } from "../rules/model.ts";

export const adapter: ModelAdapter = {
  createProvider({ name, url }): ModelProvider {
    const model = createRulesModel(url === undefined ? {} : { ollamaAddress: url });
    return {
      name,
      async open(wanted, signal) {
        signal.throwIfAborted();
        if (wanted === "rules") return model;
        throw new OutpostError("not_found", `no model "${wanted}" among the built-in ones; there is "rules"`);
      },
      openDefault: async () => model,
      list: async () => [{ ...model.profile, isLoaded: true, sizeBytes: 0 }],
    };
  },
};
