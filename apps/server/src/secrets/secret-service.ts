// What the server tells its workers of secrets, over their channel and nowhere else: never in arguments, which other users can list.
import type { TaskStore } from "@outpost/core";
import { secretsOfRepositories } from "./known-secrets.ts";
import type { Redactor } from "./redactor.ts";

export interface SecretsForWorker {
  values: string[];
  markKey: string;
  /** Findings (`rule:hash8`) that are none. */
  allowed: string[];
}

export interface SecretService {
  /** Those of the repositories' environments as they are now included. */
  describe(): Promise<SecretsForWorker>;
}

interface SecretPorts {
  store: TaskStore;
  redactor: Redactor;
  allowed: readonly string[];
}

export function createSecretService({ store, redactor, allowed }: SecretPorts): SecretService {
  return {
    async describe() {
      redactor.add(secretsOfRepositories(await store.listRepositories()));
      return { ...redactor.describe(), allowed: [...allowed] };
    },
  };
}
