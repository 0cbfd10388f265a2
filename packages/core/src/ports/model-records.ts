// The port of what is kept of models: what they cost and how they failed, and how each is best spoken with.
// All methods may reject with `unavailable` (retryable), as the task store's.
import type { ModelCallRecord, ModelName, ModelTestReport, ModelUsageTotals } from "@outpost/protocol";

export interface ModelRecords {
  /** Adds one call to its model's totals. */
  noteModelCall(record: ModelCallRecord): Promise<void>;
  /** By provider and name. */
  listModelUsage(): Promise<ModelUsageTotals[]>;
  /** Replaces the one of the same model. */
  saveModelTest(report: ModelTestReport): Promise<void>;
  /** The newest of each model. */
  listModelTests(): Promise<ModelTestReport[]>;
  findModelTest(model: ModelName): Promise<ModelTestReport | undefined>;
}
