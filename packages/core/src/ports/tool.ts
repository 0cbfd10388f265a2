// The port of a tool: what the model can call. One file a tool in `tools`; the worker gives each its ports.
import type {
  Environment,
  FactKind,
  Plan,
  RepositoryId,
  SearchResponse,
  SecretFinding,
  TestEvidence,
  ToolEffect,
  ToolSchema,
} from "@outpost/protocol";
import type { CodeKnowledge } from "./code-knowledge.ts";
import type { OutputListener, ProcessResult } from "./process-runner.ts";
import type { TaskCommands } from "./task-commands.ts";
import type { Worktree } from "./worktree.ts";

export interface CommandResult extends ProcessResult {
  /** By which its whole output can be read; absent where none is kept. */
  name?: string;
}

export interface CommandRequest {
  argv: readonly string[];
  cwd?: string;
  timeoutMs?: number;
  /** It runs beside others, for as long as such may. */
  isBackground?: boolean;
  onOutput?: OutputListener;
}

/** Runs commands for tools: inside the sandbox, in the worktree, with the repository's environment. */
export interface CommandRunner {
  /** What its commands reach beyond the machine; absent: nothing. */
  readonly hosts?: readonly string[];
  /** `cwd` relative to the worktree. Rejects as `ProcessRunner.run` does. */
  run(command: CommandRequest, signal: AbortSignal): Promise<CommandResult>;
}

export interface Searcher {
  search(query: string, options: { limit: number; pathPrefix?: string }, signal: AbortSignal): Promise<SearchResponse>;
}

export interface ToolContext {
  readonly repositoryId: RepositoryId;
  readonly worktree: Worktree;
  readonly commands: CommandRunner;
  /** Commands by their names. */
  readonly taskCommands: TaskCommands;
  readonly searcher: Searcher;
  readonly code: CodeKnowledge;
  readonly environment: Environment;
  /** What the worktree adds to its base that looks like a secret and that nobody allowed. Rejects as the worktree's `diffToBase` does. */
  readonly findSecrets: () => Promise<SecretFinding[]>;
  /** What the observation may cost, in characters; tools that can page stay below it and say how to read on. */
  readonly observationCharacters: number;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  ok: boolean;
  /** What the model sees; the executor cuts it (head and tail) where it is over its share. */
  text: string;
  /** The call was not run: there is no such tool, or it does not take these arguments. Set by the executor. */
  refused?: boolean;
  /** The plan, as the model wants it from now on. */
  plan?: Plan;
  /** What the model wants to be known of the repository in later tasks. Whether it is kept, and what is said of that, is the executor's. */
  fact?: { kind: FactKind; text: string };
  /** Where text in it comes from that nobody here wrote, such as the network; the task is tainted from then on. */
  untrusted?: string;
  /** Paths that were written or removed. */
  filesTouched?: string[];
  /** What `run_tests` measured, one a suite; the worker fills in the phase. */
  tests?: Omit<TestEvidence, "phase">[];
}

export type ParsedArguments<Arguments> = { ok: true; value: Arguments } | { ok: false; problem: string };

export interface Tool<Arguments = unknown> {
  readonly schema: ToolSchema;
  /** The same in fewer words, for small windows; absent: the tool is not offered there. */
  readonly compactSchema?: ToolSchema;
  readonly effect: ToolEffect;
  /** Checks and coerces by the schema. The problem says what was wrong, and what the schema asks for. */
  parse(value: unknown): ParsedArguments<Arguments>;
  /** Never rejects for an expected failure: that is `ok: false` with a text the model can act on. A rejection is a bug or an abort. */
  run(value: Arguments, context: ToolContext): Promise<ToolResult>;
}
