// Commands of tools: argv in the sandbox, in the worktree, with the repository's environment mounted read-only.
import { posix } from "node:path";
import type { CommandRunner, EnvironmentMounts, Mount, ProcessLimits, ProcessRunner, Worktree } from "@outpost/core";
import { type Environment, OutpostError } from "@outpost/protocol";

interface CommandRunnerParts {
  processes: ProcessRunner;
  limits: ProcessLimits;
  /** How long one in the background may run. */
  backgroundMs: number;
  hosts: readonly string[];
  worktree: Worktree;
  environment: Environment;
  mounts: EnvironmentMounts;
}

/** Where the worktree is seen inside. The same for every run, so that tool caches and error texts do not depend on it. */
const insideRoot = "/work";

export function createCommandRunner(parts: CommandRunnerParts): CommandRunner {
  const { worktree, environment, limits, mounts } = parts;
  const allMounts: Mount[] = [
    { source: worktree.root, target: insideRoot, writable: true },
    ...mounts.directories.map(({ source, name }) => ({
      source,
      target: posix.join(insideRoot, name),
      writable: false,
    })),
    ...environment.toolchainPaths.map((path) => ({ source: path, target: path, writable: false })),
  ];
  const pathPrefix = [
    ...mounts.directories.map(({ name }) => posix.join(insideRoot, name, name === "node_modules" ? ".bin" : "bin")),
    ...environment.toolchainPaths.map((path) => posix.join(path, "bin")),
  ];
  return {
    hosts: parts.hosts,
    run(command, signal) {
      const cwd = posix.join(insideRoot, command.cwd ?? ".");
      if (cwd !== insideRoot && !cwd.startsWith(`${insideRoot}/`)) {
        throw new OutpostError("forbidden", `cwd "${command.cwd}" leaves the repository`);
      }
      const wallClockMs = command.isBackground
        ? parts.backgroundMs
        : Math.min(command.timeoutMs ?? limits.wallClockMs, limits.wallClockMs);
      return parts.processes.run(
        {
          argv: command.argv,
          cwd,
          env: { PYTHONDONTWRITEBYTECODE: "1", ...environment.variables },
          mounts: allMounts,
          profile: "command",
          network: false,
          hosts: parts.hosts,
          limits: { ...limits, wallClockMs },
          ...(command.onOutput && { onOutput: command.onOutput }),
          pathPrefix,
        },
        signal,
      );
    },
  };
}
