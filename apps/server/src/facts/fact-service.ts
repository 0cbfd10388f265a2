// The repositories' memory seen from outside: what is known, and what people write, change and drop. What tasks learn does not pass here.
import type { RepositoryHost, TaskStore } from "@outpost/core";
import {
  type AddFactRequest,
  type ChangeFactRequest,
  type Fact,
  type FactId,
  type FactList,
  type GuideFile,
  isOutpostError,
  limits,
  type NewId,
  OutpostError,
  plainFact,
  type RepositoryId,
} from "@outpost/protocol";
import type { Redactor } from "../secrets/redactor.ts";
import { guideFileName, maxGuideBytes } from "./guide-file.ts";

export interface FactServicePorts {
  store: TaskStore;
  host: Pick<RepositoryHost, "readFile">;
  redactor: Pick<Redactor, "redact">;
  newId: NewId;
  nowMs: () => number;
}

export type FactService = ReturnType<typeof createFactService>;

export function createFactService({ store, host, redactor, newId, nowMs }: FactServicePorts) {
  /** Throws `invalid_input`. */
  function readText(given: string): string {
    const text = plainFact(given);
    if (redactor.redact(text) !== text || text.includes("[REDACTED:"))
      throw new OutpostError("invalid_input", "the fact holds a secret; name where it is kept instead");
    if (text.length <= limits.factCharacters) return text;
    throw new OutpostError(
      "invalid_input",
      `with what is invisible in it made visible the fact has ${text.length} characters, over ${limits.factCharacters}`,
    );
  }

  async function guideFiles(repositoryId: RepositoryId): Promise<GuideFile[]> {
    const { headCommit } = await store.getRepository(repositoryId);
    if (headCommit === null) return [];
    try {
      const bytes = await host.readFile(repositoryId, headCommit, guideFileName, maxGuideBytes);
      if (bytes === null) return [];
      return [{ path: guideFileName, commit: headCommit, characters: new TextDecoder().decode(bytes).length }];
    } catch (error) {
      // Too large to go along, or not to be had now: the facts are shown all the same.
      if (isOutpostError(error)) return [];
      throw error;
    }
  }

  return {
    async list(repositoryId: RepositoryId): Promise<FactList> {
      const files = await guideFiles(repositoryId);
      return { items: await store.listFacts(repositoryId), files };
    },
    async add(repositoryId: RepositoryId, { kind, text }: AddFactRequest, by: string): Promise<Fact> {
      const atMs = nowMs();
      const about = { id: newId("fct"), repositoryId, kind, text: readText(text) };
      const source = { type: "person" as const, by };
      const fact: Fact = { ...about, source, approvedBy: null, editedBy: null, createdAtMs: atMs, updatedAtMs: atMs };
      await store.addFact(fact, by);
      return fact;
    },
    change: async (repositoryId: RepositoryId, factId: FactId, { kind, text }: ChangeFactRequest, by: string) =>
      store.changeFact(repositoryId, factId, { kind: kind ?? null, text: readText(text), by, nowMs: nowMs() }),
    remove: (repositoryId: RepositoryId, factId: FactId, by: string) =>
      store.removeFact(repositoryId, factId, by, nowMs()),
  };
}
