// What detection finds, and what it is asked: how to run tests, and the place to look at.
import type { Environment } from "@outpost/protocol";
import type { Probe } from "./probe.ts";

export interface TestPlan {
  framework: string;
  argv: string[];
  /** Relative to the worktree; absent: its root. */
  cwd?: string;
  /** To run instead when this text is in the output of a failed run. */
  otherwise?: { when: RegExp; plan: TestPlan };
}

export interface TestPlace {
  /** Relative to the worktree; "." for its root. */
  directory: string;
  /** What to test, relative to `directory`; absent: everything. */
  target?: string;
  probe: Probe;
  environment: Environment;
}
