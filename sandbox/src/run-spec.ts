// What runs one spec in one isolation, as `ProcessRunner.run` says.
import type { ProcessResult, ProcessSpec } from "@outpost/core";

export type RunSpec = (spec: ProcessSpec, signal?: AbortSignal) => Promise<ProcessResult>;
