// The parts that the server and its workers both need, composed the same way: the sandbox, and the repositories' host that runs git in it.
import { join } from "node:path";
import type { ChangeTargets, PatchIntake, RepositoryHost } from "@outpost/core";
import type { SandboxStatus } from "@outpost/protocol";
import { createProcessRunner, type SandboxRunner } from "@outpost/sandbox";
import { createChangeTargets, createGitRunner, createPatchIntake, createRepositoryHost } from "@outpost/workspace";
import type { SandboxSettings } from "../configuration/sandbox-settings.ts";
import type { Configuration } from "../configuration/schema.ts";

interface ProcessSettings {
  dataDirectory: string;
  sandbox: SandboxSettings;
}

/** `tested`: what the server found, for its children. */
export function composeProcesses(
  { dataDirectory, sandbox }: ProcessSettings,
  tested?: SandboxStatus,
): Promise<SandboxRunner> {
  const { containerEngine, containerImage, containerHost } = sandbox;
  return createProcessRunner({
    dataDirectory,
    bubblewrapPath: sandbox.bubblewrapPath,
    ...(containerEngine && containerImage
      ? { container: { enginePath: containerEngine, image: containerImage, host: containerHost } }
      : {}),
    declaredSandbox: sandbox.declaredSandbox,
    producedBytes: sandbox.commandProducedBytes,
    controlGroups: sandbox.controlGroups,
    tested,
    disk: { minFreeBytes: sandbox.minFreeDiskBytes },
  });
}

/** As logs and the audit log name what commands run in. */
export function labelSandbox({ kind, name }: SandboxStatus): string {
  return name === "" ? kind : `${kind}: ${name}`;
}

export function composeHost({ dataDirectory, sandbox }: ProcessSettings, runner: SandboxRunner): RepositoryHost {
  const git = createGitRunner({ runner, globalConfigPath: join(dataDirectory, "git", "config") });
  return createRepositoryHost({ dataDirectory, git, runner, nowMs: Date.now, setupHosts: sandbox.setupHosts });
}

type TargetSettings = Pick<
  Configuration,
  "dataDirectory" | "pushRemotes" | "pushCredentialFile" | "protectedBranches" | "allowedBranches"
>;

export function composeTargets(settings: TargetSettings, runner: SandboxRunner): ChangeTargets {
  const { dataDirectory, pushRemotes, pushCredentialFile, protectedBranches, allowedBranches } = settings;
  return createChangeTargets({
    dataDirectory,
    git: createGitRunner({ runner, globalConfigPath: join(dataDirectory, "git", "config") }),
    nowMs: Date.now,
    remotes: pushRemotes,
    protectedBranches,
    allowedBranches,
    ...(pushCredentialFile ? { credentialFile: pushCredentialFile } : {}),
  });
}

type PatchSettings = Pick<Configuration, "dataDirectory" | "maxPatchBytes" | "maxPatchFileBytes">;

export function composePatches(settings: PatchSettings, runner: SandboxRunner): PatchIntake {
  const { dataDirectory, maxPatchBytes, maxPatchFileBytes } = settings;
  const git = createGitRunner({ runner, globalConfigPath: join(dataDirectory, "git", "config") });
  return createPatchIntake({ dataDirectory, git, nowMs: Date.now, maxPatchBytes, maxPatchFileBytes });
}
