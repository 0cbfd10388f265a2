// Where a step's time goes, for benchmarks: the calls that leave the worker are timed and logged, one line "step.timed" before each model
// call and one at the end of a task. Only with --log-level debug; else the ports are handed on untouched. Never decides anything.
import type { RepositoryHost, TaskStore } from "@outpost/core";
import type { SandboxRunner } from "@outpost/sandbox";
import type { Logger } from "pino";
import type { ServerConnection } from "../internal/methods.ts";

export interface Span {
  /** `durable`: a transaction of tasks.db; `files`: a file of the worktree written and synced. */
  kind: "durable" | "files" | "git" | "sandbox" | "retrieval" | "model";
  name: string;
  /** On the machine's monotonic clock, which all its processes share. */
  startMs: number;
  durationMs: number;
}

export interface Timings {
  processes(runner: SandboxRunner): SandboxRunner;
  store(store: TaskStore): TaskStore;
  host(host: RepositoryHost): RepositoryHost;
  server(server: ServerConnection): ServerConnection;
  /** Logs what was timed since the last line, if anything was. */
  report(): void;
}

/** More than any step has; what a run without model calls piles up beyond is not kept. */
const maxSpans = 1000;
const same = <Port>(port: Port): Port => port;
const untimed: Timings = { processes: same, store: same, host: same, server: same, report() {} };

export function createTimings(logger: Logger): Timings {
  if (!logger.isLevelEnabled("debug")) return untimed;
  let spans: Span[] = [];

  /** `describe` is given the result, and says null for what is not worth a span. */
  function timed<Given extends unknown[], Value>(
    call: (...given: Given) => Promise<Value>,
    describe: (value: Value, ...given: Given) => Pick<Span, "kind" | "name"> | null,
  ): (...given: Given) => Promise<Value> {
    return async (...given) => {
      const startMs = monotonicMs();
      const value = await call(...given);
      const span = describe(value, ...given);
      if (span && spans.length < maxSpans) spans.push({ ...span, startMs, durationMs: monotonicMs() - startMs });
      return value;
    };
  }

  const report = (): void => {
    if (spans.length > 0) logger.debug({ spans }, "step.timed");
    spans = [];
  };
  return {
    report,
    processes: (runner) => ({
      ...runner,
      run: timed(runner.run, (_, { profile, argv }) =>
        profile === "git" ? { kind: "git", name: subcommandOf(argv) } : { kind: "sandbox", name: argv[0] ?? "" },
      ),
    }),
    store: (store) => ({
      ...store,
      append: timed(store.append, () => ({ kind: "durable", name: "append" })),
      appendAudit: timed(store.appendAudit, () => ({ kind: "durable", name: "audit" })),
      // Looking for work and finding none writes nothing.
      lease: timed(store.lease, (lease) => (lease ? { kind: "durable", name: "lease" } : null)),
    }),
    host: (host) => ({
      ...host,
      async openWorktree(request) {
        const worktree = await host.openWorktree(request);
        const { files } = worktree;
        const write = timed(files.write, () => ({ kind: "files", name: "write" }));
        const remove = timed(files.remove, () => ({ kind: "files", name: "remove" }));
        return { ...worktree, files: { ...files, write, remove } };
      },
    }),
    server: (server) => ({
      ...server,
      search: timed(server.search, () => ({ kind: "retrieval", name: "search" })),
      updateRunView: timed(server.updateRunView, () => ({ kind: "retrieval", name: "update view" })),
      chat: timed(
        (...given: Parameters<ServerConnection["chat"]>) => {
          report();
          return server.chat(...given);
        },
        () => ({ kind: "model", name: "chat" }),
      ),
      chooseModel: timed(server.chooseModel, () => ({ kind: "model", name: "choose" })),
    }),
  };
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The first word after git's own options. */
function subcommandOf(argv: readonly string[]): string {
  const isValue = (index: number) => argv[index - 1] === "-c" || argv[index - 1] === "-C";
  return argv.find((word, index) => index > 0 && !word.startsWith("-") && !isValue(index)) ?? "git";
}
