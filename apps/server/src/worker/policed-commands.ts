// What a tool really runs is judged as well: a tool may find a command by itself, or add to the one that its call was judged by.
// Covered: every command of a tool, by its exact arguments. A denied one is not run, and what would have to be asked only when the call was
// just that. Not covered: the set-up command of an environment, which the operator wrote.
import type { CommandRunner, ToolContext } from "@outpost/core";
import { type CommandJudgement, type Environment, OutpostError } from "@outpost/protocol";
import type { Policy } from "@outpost/sandbox";
import type { PerformPorts } from "./perform-ports.ts";

export interface Granted {
  /** What the call was judged by, and the policy or a person allowed; null: the call named no command. */
  argv?: readonly string[] | null | undefined;
  cwd?: string | null | undefined;
}

interface PolicedParts {
  policy: Pick<Policy, "judgeCommand">;
  granted: Granted;
  environment: Pick<Environment, "testArgv">;
}

/** What a tool is given. */
export async function policedContext(ports: PerformPorts, granted: Granted): Promise<ToolContext> {
  const { log, workbench, policies, taskSignal } = ports;
  const context = await workbench.toolContext(taskSignal);
  const policy = await policies.policyFor(context.repositoryId, log.state.run?.baseCommit ?? null);
  const { environment, commands, taskCommands } = context;
  const parts = { policy, granted, environment };
  return {
    ...context,
    commands: policedCommands(commands, parts),
    taskCommands: {
      ...taskCommands,
      async start(command, signal) {
        assertMayRun(command, parts);
        return taskCommands.start(command, signal);
      },
    },
  };
}

export function policedCommands(commands: CommandRunner, parts: PolicedParts): CommandRunner {
  return {
    async run(command, signal) {
      assertMayRun(command, parts);
      return commands.run(command, signal);
    },
  };
}

function assertMayRun({ argv, cwd = "." }: { argv: readonly string[]; cwd?: string }, parts: PolicedParts): void {
  const refusal = refusalOf(parts.policy.judgeCommand(argv, cwd), { argv, cwd }, parts);
  if (refusal !== null) throw new OutpostError("forbidden", refusal);
}

/** Null: it may run. */
function refusalOf(
  { verdict, reason, rule }: CommandJudgement,
  { argv, cwd }: { argv: readonly string[]; cwd: string },
  { granted, environment }: PolicedParts,
): string | null {
  const { argv: judged = null } = granted;
  if (judged !== null && isSame(judged, argv) && (granted.cwd ?? ".") === cwd) return null;
  if (verdict === "deny") return `not run: ${reason}`;
  if (verdict === "allow") return null;
  // The operator's own test command, and what detection composes; no word of a model is in them but a path, which is not read as a flag.
  const isOwn = judged === null && (rule === null || rule.level === "built-in");
  if (isOwn || isOperators(environment.testArgv, argv)) return null;
  return `not run: ${JSON.stringify(argv)} has to be asked for (${reason}); call the tool with exactly this "argv", and a person will be asked`;
}

/** A path may follow. */
function isOperators(own: readonly string[] | undefined, argv: readonly string[]): boolean {
  if (own === undefined || !isSame(own, argv.slice(0, own.length))) return false;
  const added = argv.slice(own.length);
  return added.length === 0 || (added.length === 1 && !added[0]?.startsWith("-"));
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}
