// One circuit per model, kept while the server runs: a new start is a new chance.
import type { ModelHealth, ModelName } from "@outpost/protocol";
import { type Circuit, createCircuit } from "./circuit.ts";

const maxKept = 200;

export interface ModelHealthBook {
  circuit(model: ModelName): Circuit;
  of(model: ModelName): ModelHealth;
}

export function createModelHealth(nowMs: () => number): ModelHealthBook {
  const circuits = new Map<string, Circuit>();

  function circuit({ provider, name }: ModelName): Circuit {
    const key = `${provider}/${name}`;
    let found = circuits.get(key);
    if (!found) {
      found = createCircuit();
      if (circuits.size >= maxKept) circuits.delete(circuits.keys().next().value ?? "");
      circuits.set(key, found);
    }
    return found;
  }

  return { circuit, of: (model) => circuit(model).health(nowMs()) };
}
