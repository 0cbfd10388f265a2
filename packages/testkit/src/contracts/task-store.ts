// The contract of the task store: what every engine under `TaskStore` must do. An engine's own test file calls this.
import { describe } from "vitest";
import { describeApprovals } from "./task-store/approvals.ts";
import { describeAudit } from "./task-store/audit.ts";
import { type CreateTaskStoreDatabase, useTaskStore } from "./task-store/database.ts";
import { describeEvents } from "./task-store/events.ts";
import { describeFacts } from "./task-store/facts.ts";
import { describeLeaseProtocol } from "./task-store/lease-protocol.ts";
import { describeLeases } from "./task-store/leases.ts";
import { describeModelRecords } from "./task-store/model-records.ts";
import { describeDependencies, describeLeaseOrder, describePauses } from "./task-store/queue.ts";
import { describeRepositories, describeTokens } from "./task-store/repositories.ts";
import { describeRetention } from "./task-store/retention.ts";
import { describeSchedules } from "./task-store/schedules.ts";
import { describeTasks } from "./task-store/tasks.ts";

export type { CreateTaskStoreDatabase, TaskStoreDatabase } from "./task-store/database.ts";

/** `createDatabase` makes an empty database for each test. Uses vitest's `describe`: call it at the top of a test file. */
export function describeTaskStoreContract(name: string, createDatabase: CreateTaskStoreDatabase): void {
  describe(`task store contract: ${name}`, () => {
    const frame = useTaskStore(createDatabase);
    describeTasks(frame);
    describeEvents(frame);
    describeLeases(frame);
    describeLeaseProtocol(frame);
    describeLeaseOrder(frame);
    describePauses(frame);
    describeDependencies(frame);
    describeSchedules(frame);
    describeRepositories(frame);
    describeTokens(frame);
    describeApprovals(frame);
    describeAudit(frame);
    describeModelRecords(frame);
    describeFacts(frame);
    describeRetention(frame);
  });
}
