// The parts that the server and its workers both need, composed the same way: the sandbox, and the repositories' host that runs git in it.
import { join } from "node:path";
import type { RepositoryHost } from "@outpost/core";
import { createProcessRunner, type SandboxRunner } from "@outpost/sandbox";
import { createGitRunner, createRepositoryHost } from "@outpost/workspace";

export function composeProcesses(settings: { dataDirectory: string }): Promise<SandboxRunner> {
  return createProcessRunner({ dataDirectory: settings.dataDirectory });
}

export function composeHost(dataDirectory: string, runner: SandboxRunner): RepositoryHost {
  const git = createGitRunner({ runner, globalConfigPath: join(dataDirectory, "git", "config") });
  return createRepositoryHost({ dataDirectory, git, runner, nowMs: Date.now });
}
