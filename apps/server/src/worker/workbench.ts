// What a run works with: its worktree, the environment's mounts, the commands in the sandbox, the search over its own view.
// Opened when first needed, from the last checkpoint, so that a run that only waits costs nothing.
import type {
  CommandResult,
  CommandRunner,
  Fold,
  ProcessLimits,
  ProcessOutput,
  ProcessRunner,
  RepositoryHost,
  TaskStore,
  ToolContext,
  Worktree,
} from "@outpost/core";
import { budgetOf, charactersPerToken } from "@outpost/core";
import { OutpostError, type Repository, type SearchResponse } from "@outpost/protocol";
import { createCodeKnowledge } from "../code/run-questions.ts";
import { openOutputFiles } from "../command-outputs/output-files.ts";
import type { RunSearchOptions, ServerConnection } from "../internal/methods.ts";
import { assertOpen, type PolicySource } from "../policy/policy-source.ts";
import { withoutDenied } from "../policy/shown-hits.ts";
import { findInChange } from "../secrets/change-findings.ts";
import { auditedCommands } from "./audited-commands.ts";
import { createCommandRunner } from "./command-runner.ts";
import { effectiveEnvironment } from "./effective-environment.ts";
import type { RunSecrets } from "./run-secrets.ts";
import { createRunView } from "./run-view.ts";
import { type CommandBounds, createTaskCommands } from "./task-commands.ts";

export interface WorkbenchPorts {
  store: TaskStore;
  host: RepositoryHost;
  processes: ProcessRunner;
  policies: PolicySource;
  commandLimits: ProcessLimits;
  /** How long one in the background may run. */
  backgroundMs: number;
  commandBounds: CommandBounds;
  dataDirectory: string;
  server: ServerConnection;
  secrets: RunSecrets;
  /** What commands run in, for the audit log. */
  sandbox: string;
  nowMs: () => number;
}

export interface Workbench {
  repository(): Promise<Repository>;
  /** Rejects with `internal` before `run.started`. */
  worktree(): Promise<Worktree>;
  toolContext(signal: AbortSignal): Promise<ToolContext>;
  search(query: string, options: RunSearchOptions, signal: AbortSignal): Promise<SearchResponse>;
  /** What the model was not told of yet: commands in the background that ended. */
  takeNews(): Promise<string[]>;
  /** Ends the commands in the background; how many there were. */
  endCommands(): Promise<number>;
  /** What the commands that were run could reach beyond the machine. */
  commandHosts(): Promise<readonly string[]>;
  /** The run's view of the index shows these paths as they are now, before the next search. */
  noteTouched(paths: readonly string[]): void;
  /** Of the run that the state shows; the next use opens anew, for the run that it shows then. */
  close(): Promise<void>;
}

export function openWorkbench(ports: WorkbenchPorts, state: () => Fold, fence: number): Workbench {
  let repository: Promise<Repository> | undefined;
  let worktree: Promise<Worktree> | undefined;
  let commands: Promise<CommandRunner> | undefined;
  const view = createRunView(async (paths, signal) => {
    const { runId, baseCommit } = requireRun(state());
    const { root } = await getWorktree();
    await ports.server.updateRunView(
      { repositoryId: state().spec.repositoryId, runId, baseCommit, root },
      paths,
      signal,
    );
  });

  const getRepository = (): Promise<Repository> => {
    repository ??= ports.store.getRepository(state().spec.repositoryId);
    return repository;
  };
  const getWorktree = (): Promise<Worktree> => {
    worktree ??= openWorktree(ports, state(), fence, getRepository).then(
      (opened) => {
        view.noteTouched([...state().filesTouched]);
        return opened;
      },
      (error: unknown) => {
        worktree = undefined;
        throw error;
      },
    );
    return worktree;
  };
  const getCommands = (signal: AbortSignal): Promise<CommandRunner> => {
    commands ??= prepareCommands(ports, state(), openBoth(getRepository, getWorktree), signal).catch(
      (error: unknown) => {
        // The next command tries again: a set-up command may have failed for what the run has mended since.
        commands = undefined;
        throw error;
      },
    );
    return commands;
  };

  const taskCommands = createTaskCommands({
    files: openOutputFiles(ports.dataDirectory, state().taskId),
    runner: getCommands,
    redactor: ports.secrets.redactor,
    bounds: ports.commandBounds,
    nowMs: ports.nowMs,
  });

  /** Here already: tools cut what they show, and half of a secret is not known as one. */
  function withoutSecrets(result: CommandResult): CommandResult {
    const { redact } = ports.secrets.redactor;
    const shown = (output: ProcessOutput): ProcessOutput => ({ ...output, text: redact(output.text) });
    return { ...result, stdout: shown(result.stdout), stderr: shown(result.stderr) };
  }

  async function search(query: string, options: RunSearchOptions, signal: AbortSignal): Promise<SearchResponse> {
    const { runId, baseCommit } = requireRun(state());
    const { repositoryId } = state().spec;
    await getWorktree();
    await view.bringUpToDate(signal);
    const { files } = await ports.policies.policyFor(repositoryId, baseCommit);
    return withoutDenied(await ports.server.search({ ...options, repositoryId, runId, query }, signal), files);
  }

  const code = createCodeKnowledge(async (question, signal) => {
    const { runId, baseCommit } = requireRun(state());
    await getWorktree();
    await view.bringUpToDate(signal);
    return ports.server.askCode({ repositoryId: state().spec.repositoryId, runId, baseCommit, question }, signal);
  });

  return {
    repository: getRepository,
    worktree: getWorktree,
    search,
    noteTouched: view.noteTouched,
    takeNews: taskCommands.takeNews,
    endCommands: taskCommands.endAll,
    commandHosts: async () => (await commands)?.hosts ?? [],
    async toolContext(signal) {
      const run = requireRun(state());
      const opened = await getWorktree();
      const { id, environment } = await getRepository();
      return {
        repositoryId: id,
        worktree: opened,
        environment,
        signal,
        findSecrets: async () =>
          findInChange((await opened.diffToBase())?.files ?? [], ports.secrets.redactor, ports.secrets.allowed),
        observationCharacters: Math.floor(budgetOf(run).observation * charactersPerToken),
        commands: {
          run: async (command, given) => {
            const { name, ...result } = withoutSecrets(await taskCommands.run(command, given));
            // A small window has no tool that would read on by that name.
            const canReadOn = name !== undefined && run.tools.some((tool) => tool.name === "read_output");
            return canReadOn ? { ...result, name } : result;
          },
        },
        code,
        taskCommands,
        searcher: { search },
      };
    },
    async close() {
      const { run, spec } = state();
      const opened = await worktree?.catch(() => undefined);
      worktree = undefined;
      commands = undefined;
      await taskCommands.endAll();
      await view.close();
      // Asked for also where this worker did not open it: one that was lost may have.
      if (run) await ports.server.removeRunView(spec.repositoryId, run.runId).catch(() => {});
      await opened?.close();
    },
  };
}

type Opened = () => Promise<{ repository: Repository; worktree: Worktree }>;

function openBoth(getRepository: () => Promise<Repository>, getWorktree: () => Promise<Worktree>): Opened {
  return async () => ({ repository: await getRepository(), worktree: await getWorktree() });
}

async function prepareCommands(
  ports: WorkbenchPorts,
  { taskId, run }: Fold,
  opened: Opened,
  signal: AbortSignal,
): Promise<CommandRunner> {
  const { repository, worktree } = await opened();
  const environment = await effectiveEnvironment(repository, process.execPath);
  const mounts = await ports.host.prepareEnvironment(repository, environment, worktree, signal);
  const { settings } = await ports.policies.policyFor(repository.id, run?.baseCommit ?? null);
  const commands = createCommandRunner({
    processes: ports.processes,
    limits: ports.commandLimits,
    backgroundMs: ports.backgroundMs,
    hosts: settings.network.hosts,
    worktree,
    environment,
    mounts,
  });
  return auditedCommands(commands, { ...ports, taskId });
}

async function openWorktree(
  ports: WorkbenchPorts,
  state: Fold,
  fence: number,
  getRepository: () => Promise<Repository>,
): Promise<Worktree> {
  const run = requireRun(state);
  const repository = await getRepository();
  const policy = await ports.policies.policyFor(repository.id, run.baseCommit);
  assertOpen(policy);
  return ports.host.openWorktree({
    repository,
    fileRules: policy.files,
    taskId: state.taskId,
    runId: run.runId,
    fence,
    baseCommit: run.baseCommit,
    ...(state.checkpoint ? { checkpoint: state.checkpoint.commit } : {}),
  });
}

function requireRun(state: Fold): NonNullable<Fold["run"]> {
  if (!state.run) throw new OutpostError("internal", "a worktree was asked for before the run was started");
  return state.run;
}
