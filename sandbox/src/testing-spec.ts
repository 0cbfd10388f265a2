// For tests: what a command in a worktree asks of a runner.
import type { ProcessSpec } from "@outpost/core";
import { defaultProcessLimits } from "./limits.ts";

export function commandSpec(worktree: string, argv: string[], change: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    argv,
    cwd: "/work",
    env: {},
    mounts: [{ source: worktree, target: "/work", writable: true }],
    profile: "command",
    network: false,
    limits: defaultProcessLimits,
    ...change,
  };
}
