// What a salvage is asked to do.
import type { NewId } from "@outpost/protocol";

export interface SalvageOptions {
  from: string;
  /** Must not exist. */
  to: string;
  newId: NewId;
  nowMs: number;
  /** Takes what has no place, as JSON values. What it throws ends the salvage. */
  unplaced(record: object): void;
}
