// The task store on SQLite, composed of its parts. Several processes may have the same file open: the server and its workers.
// Knows no clock. Every command is one transaction; what was acknowledged survives a kill and, with synchronous FULL, a power cut.
import type { TaskStore } from "@outpost/core";
import { limits } from "@outpost/protocol";
import { openDatabase } from "../database/open-database.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { createAppend } from "./append.ts";
import { createApprovals } from "./approvals.ts";
import { createAuditTable } from "./audit.ts";
import { createTaskCreation } from "./create-task.ts";
import { createEventBodies } from "./event-bodies.ts";
import { createLeases } from "./leases.ts";
import { createModelRecords } from "./model-records.ts";
import { createRepositories } from "./repositories.ts";
import { taskMigrations } from "./schema.ts";
import { createTaskReading } from "./task-reading.ts";
import { createTaskTable } from "./task-table.ts";

export interface OpenSqliteTaskStore {
  /** The database file; made when it is not there. Its folder must exist. */
  path: string;
  /** The largest text, in UTF-8 bytes, that is kept within its event. */
  maxInlineBytes?: number;
  /** Entries of the audit log that are kept. Default 100,000. */
  maxAuditRows?: number;
}

/** Rejects with `unavailable` when the database is damaged, of a newer version, or cannot be opened. It is never made anew. */
export async function openSqliteTaskStore(options: OpenSqliteTaskStore): Promise<TaskStore> {
  const connection = await openDatabase({ path: options.path, synchronous: "full", migrations: taskMigrations });
  const tasks = createTaskTable(connection);
  const bodies = createEventBodies(connection, options.maxInlineBytes ?? limits.eventInlineBytes);
  const approvals = createApprovals(connection, tasks);
  const { note: _, ...approvalStore } = approvals;
  const audit = createAuditTable(connection, options.maxAuditRows ?? 100_000);
  return {
    ...createTaskCreation(connection, tasks, bodies, approvals),
    ...createAppend(connection, tasks, bodies, approvals, audit),
    ...approvalStore,
    ...createTaskReading(connection, tasks, bodies),
    ...createLeases(connection, tasks),
    ...createRepositories(connection),
    ...createAccessTokens(connection, audit),
    appendAudit: audit.appendAudit,
    listAudit: audit.listAudit,
    verifyAudit: audit.verifyAudit,
    ...createModelRecords(connection),
    close: async () => connection.close(),
  };
}
