// The ProcessRunner: decides where a spec runs, or refuses it.
// Covered: a `command` runs in the sandbox after a self-test that passed, or not at all; it is never tried again without. A `git` runs
// in the sandbox wherever one starts. Not covered: choosing which commands are allowed; that is policy.
//
// Needed of the data directory: mode 0711 or more when the server is root, so that the commands' user can walk to worktrees (with
// 0700 it works too, at some ten milliseconds a command); what is precious in it has mode 0600. Nothing of it is visible inside
// except what is mounted.
import { resolve } from "node:path";
import type { ProcessResult, ProcessRunner } from "@outpost/core";
import { type Check, OutpostError, type SandboxStatus } from "@outpost/protocol";
import { runInBubblewrap } from "./bubblewrap-runner.ts";
import { commandIdentity } from "./identity.ts";
import { findInstallation } from "./installation.ts";
import { type PlainOptions, runPlain } from "./plain-runner.ts";
import { probeSandbox } from "./self-test.ts";
import { checkSpec } from "./spec.ts";
import { homeInside } from "./system-root.ts";

export interface ProcessRunnerOptions {
  /** Absolute; made when it is not there. Never visible to commands except by mounts of directories below it. */
  dataDirectory: string;
  /** As whom commands run when the server is root; default 61184. Without meaning otherwise. */
  commandUid?: number;
  commandGid?: number;
  /** Default: looked for in /usr/bin, /usr/local/bin, /bin. */
  bubblewrapPath?: string;
  /** A process that prints more than this, kept or not, is ended with `output`. Default 256 MiB. */
  producedBytes?: number;
  /** Between SIGTERM and SIGKILL. Default 500. */
  graceMs?: number;
}

export interface SandboxRunner extends ProcessRunner {
  /** What was tried at the start, and what was refused. Cached; never rejects. */
  selfTest(): Promise<SandboxStatus>;
}

const defaultProducedBytes = 268_435_456;
const defaultGraceMs = 500;

/** Tries the sandbox once before it resolves (a fraction of a second). Rejects with `invalid_input` for options that make no sense. */
export async function createProcessRunner(options: ProcessRunnerOptions): Promise<SandboxRunner> {
  const identity = commandIdentity(options);
  const producedBytes = options.producedBytes ?? defaultProducedBytes;
  const graceMs = options.graceMs ?? defaultGraceMs;
  const { sandbox, checks, prlimitPath } = await findInstallation({
    dataDirectory: resolve(options.dataDirectory),
    bubblewrapPath: options.bubblewrapPath,
    identity,
    producedBytes,
    graceMs,
  });
  const probed = sandbox ? await probeSandbox(sandbox) : [];
  const status = describeStatus([...checks, ...probed], sandbox !== undefined && probed.length > 1);
  const failed = status.checks.find((check) => !check.ok);
  const reason = failed ? `${failed.detail}; to mend it: ${failed.fix}` : "";
  const plain: PlainOptions = { prlimitPath, producedBytes, graceMs };
  return {
    availability: () => ({ ready: status.ready, reason }),
    selfTest: async () => status,
    run: async (spec, signal) => {
      checkSpec(spec, homeInside);
      if (signal?.aborted) return abortedBeforeStart();
      if (spec.profile === "command" && !status.ready) {
        throw new OutpostError("unavailable", `commands are refused: ${reason}`, {
          details: { checks: status.checks },
        });
      }
      return status.kind === "bubblewrap" && sandbox
        ? await runInBubblewrap(sandbox, spec, signal)
        : await runPlain(plain, spec, signal);
    },
  };
}

function describeStatus(checks: Check[], starts: boolean): SandboxStatus {
  return { kind: starts ? "bubblewrap" : "none", ready: starts && checks.every((check) => check.ok), checks };
}

function abortedBeforeStart(): ProcessResult {
  const nothing = { text: "", bytes: new Uint8Array(), droppedBytes: 0 };
  return { exitCode: null, signal: null, ended: "aborted", stdout: nothing, stderr: nothing, durationMs: 0 };
}
