// Runs git without isolation, where there is no sandbox.
// Covered: clean environment, no inherited descriptors, limits, the process group ends with the command; git only. Not covered:
// everything else: files, network and other processes are open to it. The caller's hardened git configuration is what protects then.
import { basename } from "node:path";
import type { ProcessResult, ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { openCover } from "./descriptors.ts";
import { prlimitArguments } from "./limits.ts";
import { createGroupTree } from "./process-tree.ts";
import { supervise } from "./supervise.ts";
import { commandEnvironment } from "./system-root.ts";

export interface PlainOptions {
  /** Undefined: not there; then without limits on memory and files. */
  prlimitPath: string | undefined;
  producedBytes: number;
  graceMs: number;
}

export async function runPlain(options: PlainOptions, spec: ProcessSpec, signal?: AbortSignal): Promise<ProcessResult> {
  const [program = "", ...rest] = spec.argv;
  if (basename(program) !== "git") {
    throw new OutpostError(
      "unavailable",
      `"${program}" runs in the sandbox only, and there is none; only git runs without it`,
    );
  }
  const moved = spec.mounts.find((mount) => mount.source !== mount.target);
  if (moved) {
    const advice = "without the sandbox, git sees the host's paths; give source and target the same path";
    throw new OutpostError("unavailable", `mount "${moved.source}" is shown as "${moved.target}"; ${advice}`);
  }
  // processes are counted per user here, together with everything else that runs as this user
  const limits = prlimitArguments(spec.limits).filter((argument) => !argument.startsWith("--nproc"));
  const [file = "", ...prefix] = options.prlimitPath ? [options.prlimitPath, ...limits, "--", program] : [program];
  const cover = openCover();
  try {
    const running = supervise(
      {
        file,
        arguments: [...prefix, ...rest],
        environment: commandEnvironment({ HOME: "/nonexistent", ...spec.env }, spec.pathPrefix ?? []),
        cwd: spec.cwd,
        stdin: spec.stdin,
        descriptors: cover.descriptors,
        isGroup: true,
      },
      { ...options, limits: spec.limits, signal, onOutput: spec.onOutput, createTree: createGroupTree },
    );
    const { exitCode, signal: endedBy, ended, stdout, stderr, durationMs } = await running;
    if (exitCode === 127 && stderr.text.startsWith("prlimit: failed to execute")) {
      throw new OutpostError("not_found", `program "${program}" does not exist; install git`);
    }
    return { exitCode, signal: endedBy, ended, stdout, stderr, durationMs };
  } finally {
    cover.close();
  }
}
