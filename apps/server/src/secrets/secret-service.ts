// What the server tells its workers of secrets, over their channel and nowhere else: never in arguments, which other users can list.
import type { TaskStore } from "@outpost/core";
import type { Change, ChangeFile } from "@outpost/protocol";
import { inspectChange } from "./change-findings.ts";
import { createConcealer } from "./conceal.ts";
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
  /** A change from outside as it may be stored, and what in it looks like a secret. */
  inspectChange(files: readonly ChangeFile[]): Promise<Pick<Change, "files" | "secrets">>;
}

interface SecretPorts {
  store: TaskStore;
  redactor: Redactor;
  allowed: readonly string[];
}

export function createSecretService({ store, redactor, allowed }: SecretPorts): SecretService {
  const learn = async () => redactor.add(secretsOfRepositories(await store.listRepositories()));
  return {
    async inspectChange(files) {
      await learn();
      const known = new Set(allowed);
      return inspectChange(files, { redactor, concealer: createConcealer(redactor, known), allowed: known });
    },
    async describe() {
      await learn();
      return { ...redactor.describe(), allowed: [...allowed] };
    },
  };
}
