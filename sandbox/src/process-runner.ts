// The ProcessRunner: decides where a spec runs, or refuses it.
// Covered: a `command` runs in what isolation-ladder.ts chose after a self-test that passed, or in what the operator declared by name, or
// not at all; it is never tried again without. A `git` runs in bubblewrap wherever that starts. Not covered: choosing which commands are allowed; that is policy.
//
// Needed of the data directory: mode 0711 or more when the server is root, so that the commands' user can walk to worktrees (with
// 0700 it works too, at some ten milliseconds a command); what is precious in it has mode 0600. Nothing of it is visible inside
// except what is mounted.
import { resolve } from "node:path";
import type { ProcessResult, ProcessRunner } from "@outpost/core";
import { OutpostError, type SandboxStatus } from "@outpost/protocol";
import type { ContainerSettings } from "./container/container-engine.ts";
import { type DiskFloor, withDiskFloor } from "./disk-floor.ts";
import { commandIdentity } from "./identity.ts";
import { chooseIsolation } from "./isolation-ladder.ts";
import type { Resolve } from "./network/proxy.ts";
import { withHosts } from "./network/with-hosts.ts";
import type { RunSpec } from "./run-spec.ts";
import { checkSpec } from "./spec.ts";
import { homeInside } from "./system-root.ts";

export interface ProcessRunnerOptions {
  /** Absolute; made when it is not there. Never visible to commands except by mounts of directories below it. */
  dataDirectory: string;
  /** As whom commands run when the server is root; default 61184. Without meaning otherwise. */
  commandUid?: number;
  commandGid?: number;
  /** Default: looked for in /usr/bin, /usr/local/bin and /bin, as far as PATH names them. */
  bubblewrapPath?: string | undefined;
  /** Where bubblewrap does not work. */
  container?: ContainerSettings | undefined;
  /** The operator's word that the surroundings of this name are the sandbox, where nothing else works. */
  declaredSandbox?: string | undefined;
  /** A process that prints more than this, kept or not, is ended with `output`. Default 256 MiB. */
  producedBytes?: number;
  /** Default: no floor. */
  disk?: DiskFloor | undefined;
  /** Addresses of a host that a spec names. Default: the system's resolver. */
  resolve?: Resolve | undefined;
  /** Whether each command gets a control group where one can be made. Default true. */
  controlGroups?: boolean;
  /** The self-test of the process that started this one; where bubblewrap passed it there, it is not tried again. */
  tested?: SandboxStatus | undefined;
  /** Between SIGTERM and SIGKILL. Default 500. */
  graceMs?: number;
}

export interface SandboxRunner extends ProcessRunner {
  /** What was tried at the start, and what was refused. Cached; never rejects. */
  selfTest(): Promise<SandboxStatus>;
}

const defaultProducedBytes = 268_435_456;
const defaultGraceMs = 500;

/** Tries the sandbox once before it resolves, unless it was tested (a fraction of a second). Rejects with `invalid_input` for options that make no sense. */
export async function createProcessRunner(options: ProcessRunnerOptions): Promise<SandboxRunner> {
  const identity = commandIdentity(options);
  const producedBytes = options.producedBytes ?? defaultProducedBytes;
  const graceMs = options.graceMs ?? defaultGraceMs;
  const { status, reason, command, git } = await chooseIsolation({
    dataDirectory: resolve(options.dataDirectory),
    bubblewrapPath: options.bubblewrapPath,
    container: options.container,
    declaredSandbox: options.declaredSandbox,
    tested: options.tested,
    identity,
    producedBytes,
    graceMs,
    controlGroups: options.controlGroups ?? true,
  });
  const { dataDirectory, resolve: resolveHost } = options;
  // a declared sandbox has the network of its surroundings
  const reach = (bare: RunSpec) =>
    status.kind === "declared"
      ? bare
      : withHosts(bare, { dataDirectory: resolve(dataDirectory), resolve: resolveHost });
  const run = command && withDiskFloor(reach(command), options.disk ?? { minFreeBytes: 0 });
  return {
    availability: () => ({ ready: status.ready, reason }),
    selfTest: async () => status,
    run: async (spec, signal) => {
      checkSpec(spec, homeInside);
      if (signal?.aborted) return abortedBeforeStart();
      if (spec.profile === "git") return await git(spec, signal);
      if (run) return await run(spec, signal);
      throw new OutpostError("unavailable", `commands are refused: ${reason}`, { details: { checks: status.checks } });
    },
  };
}

function abortedBeforeStart(): ProcessResult {
  const nothing = { text: "", bytes: new Uint8Array(), droppedBytes: 0 };
  return { exitCode: null, signal: null, ended: "aborted", stdout: nothing, stderr: nothing, durationMs: 0 };
}
