// The task store on SQLite, composed of its parts. Several processes may have the same file open: the server and its workers.
// Knows no clock. Every command is one transaction; what was acknowledged survives a kill and, with synchronous FULL, a power cut.
import type { TaskStore } from "@outpost/core";
import { limits } from "@outpost/protocol";
import { openDatabase } from "../database/open-database.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { createAdvanceQueue } from "./advance-queue.ts";
import { createAppend, createAppendWithin } from "./append.ts";
import { createApprovals } from "./approvals.ts";
import { createAuditTable } from "./audit.ts";
import { createTaskCreation, createTaskInsertion } from "./create-task.ts";
import { createDependencies } from "./dependencies.ts";
import { createEventBodies } from "./event-bodies.ts";
import { createFacts } from "./facts.ts";
import { createLeases } from "./leases.ts";
import { createModelRecords } from "./model-records.ts";
import { createPauses } from "./pauses.ts";
import { createPolicyFiles } from "./policy-files.ts";
import { createQueueReading } from "./queue-reading.ts";
import { createRemovedTasks } from "./removed-tasks.ts";
import { createRepositories } from "./repositories.ts";
import { createRetention } from "./retention.ts";
import { createSchedules } from "./schedules.ts";
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
  /** Lines that are kept of removed tasks. Default 100,000. */
  maxRemovedRows?: number;
}

/** Rejects with `unavailable` when the database is damaged, of a newer version, or cannot be opened. It is never made anew. */
export async function openSqliteTaskStore(options: OpenSqliteTaskStore): Promise<TaskStore> {
  const { path } = options;
  const connection = await openDatabase({ path, synchronous: "full", migrations: taskMigrations, canShrink: true });
  const removedTasks = createRemovedTasks(connection, options.maxRemovedRows ?? 100_000);
  const tasks = createTaskTable(connection, removedTasks.notFound);
  const bodies = createEventBodies(connection, options.maxInlineBytes ?? limits.eventInlineBytes);
  const approvals = createApprovals(connection, tasks);
  const { note: _, ...approvalStore } = approvals;
  const audit = createAuditTable(connection, options.maxAuditRows ?? 100_000);
  const facts = createFacts(connection, audit);
  const { note: __, ...factStore } = facts;
  const dependencies = createDependencies(connection, tasks, removedTasks);
  const appendWithin = createAppendWithin(tasks, bodies, { approvals, facts, audit });
  const insertTask = createTaskInsertion(connection, { tasks, bodies, approvals, dependencies, appendWithin });
  return {
    ...createTaskCreation(connection, tasks, insertTask),
    ...createAppend(connection, tasks, appendWithin),
    ...createPauses(connection),
    ...createAdvanceQueue(connection, appendWithin, dependencies),
    ...createQueueReading(connection),
    ...createSchedules(connection, tasks, insertTask),
    ...approvalStore,
    ...factStore,
    ...createTaskReading(connection, tasks, bodies),
    ...createLeases(connection, tasks),
    ...createRepositories(connection),
    ...createAccessTokens(connection, audit),
    appendAudit: audit.appendAudit,
    ...createPolicyFiles(connection, audit),
    listAudit: audit.listAudit,
    verifyAudit: audit.verifyAudit,
    ...createModelRecords(connection),
    ...createRetention(connection, audit, removedTasks),
    close: async () => connection.close(),
  };
}
