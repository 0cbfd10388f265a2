// The repositories' memory in its table: what tasks learned, kept in step with their events in the same transaction, and what people write.
// Invariant: no repository has more than the bound, nor the same text twice.
import type { FactStore } from "@outpost/core";
import {
  Fact,
  type FactId,
  limits,
  OutpostError,
  type RepositoryId,
  type Task,
  type TaskEvent,
} from "@outpost/protocol";
import type { Connection } from "../database/connection.ts";
import type { AuditTable } from "./audit.ts";

interface FactRow {
  ordinal: number;
  record: string;
}

export interface Facts extends FactStore {
  /** Inside a `write`. `task`: whose event it is. */
  note(event: TaskEvent, task: Task, nowMs: number): void;
}

export function createFacts(connection: Connection, audit: Pick<AuditTable, "insert">): Facts {
  const all = connection.prepare<FactRow>("SELECT ordinal, record FROM fact WHERE repository_id = ? ORDER BY ordinal");
  const one = connection.prepare<FactRow>("SELECT ordinal, record FROM fact WHERE repository_id = ? AND id = ?");
  const sameText = connection.prepare<{ id: string }>("SELECT id FROM fact WHERE repository_id = ? AND text = ?");
  const repository = connection.prepare<{ id: string }>("SELECT id FROM repository WHERE id = ?");
  const insert = connection.prepare("INSERT INTO fact (id, repository_id, text, record) VALUES (?, ?, ?, ?)");
  const update = connection.prepare("UPDATE fact SET text = ?, record = ? WHERE ordinal = ?");
  const remove = connection.prepare("DELETE FROM fact WHERE ordinal = ?");

  function put(fact: Fact): void {
    insert.run(fact.id, fact.repositoryId, fact.text, JSON.stringify(fact));
  }

  function get(repositoryId: RepositoryId, factId: FactId): { ordinal: number; fact: Fact } {
    const row = one.get(repositoryId, factId);
    if (row) return { ordinal: row.ordinal, fact: toFact(row) };
    throw new OutpostError("not_found", `there is no fact "${factId}" of this repository`, { details: { factId } });
  }

  function assertNew(repositoryId: RepositoryId, text: string, own?: FactId): void {
    const known = sameText.get(repositoryId, text);
    if (known === undefined || known.id === own) return;
    throw new OutpostError("conflict", `this is known already, as fact "${known.id}"`, {
      details: { factId: known.id },
    });
  }

  function note(fact: Fact): void {
    if (sameText.get(fact.repositoryId, fact.text)) return;
    const rows = all.all(fact.repositoryId);
    if (rows.length >= limits.factsPerRepository) {
      const oldest = rows.find((row) => !isPersons(toFact(row)));
      if (oldest === undefined) return;
      remove.run(oldest.ordinal);
    }
    put(fact);
  }

  return {
    note(event, { spec: { repositoryId } }, nowMs) {
      if (event.type !== "fact.learned") return;
      note({ ...event.fact, repositoryId, createdAtMs: nowMs, updatedAtMs: nowMs, editedBy: null });
    },
    listFacts: async (repositoryId) => connection.read(() => all.all(repositoryId).map(toFact)),
    async addFact(fact, by) {
      connection.write(() => {
        const { id: factId, repositoryId, text, createdAtMs } = fact;
        if (!repository.get(repositoryId))
          throw new OutpostError("not_found", `there is no repository "${repositoryId}"`);
        assertNew(repositoryId, text);
        if (all.all(repositoryId).length >= limits.factsPerRepository) throw full();
        put(fact);
        audit.insert([{ type: "fact.changed", repositoryId, factId, action: "added", text, by }], createdAtMs);
      });
    },
    changeFact: async (repositoryId, factId, { kind, text, by, nowMs }) =>
      connection.write(() => {
        const { ordinal, fact } = get(repositoryId, factId);
        assertNew(repositoryId, text, factId);
        const changed: Fact = { ...fact, kind: kind ?? fact.kind, text, editedBy: by, updatedAtMs: nowMs };
        update.run(text, JSON.stringify(changed), ordinal);
        audit.insert([{ type: "fact.changed", repositoryId, factId, action: "changed", text, by }], nowMs);
        return changed;
      }),
    removeFact: async (repositoryId, factId, by, nowMs) =>
      connection.write(() => {
        const { ordinal, fact } = get(repositoryId, factId);
        remove.run(ordinal);
        audit.insert([{ type: "fact.changed", repositoryId, factId, action: "removed", text: fact.text, by }], nowMs);
        return fact;
      }),
  };
}

function isPersons({ source, editedBy }: Fact): boolean {
  return source.type === "person" || editedBy !== null;
}

function full(): OutpostError {
  const max = limits.factsPerRepository;
  return new OutpostError(
    "limit_exceeded",
    `the repository has ${max} facts already, the most there may be; remove one first`,
  );
}

function toFact({ record }: FactRow): Fact {
  return Fact.parse(JSON.parse(record));
}
