// Runs one spec in a container of its own.
// Covered: see container-command.ts and container-tree.ts; the same rules for mounts as in bubblewrap. Not covered: programs of the host
// below /usr, which an image has its own of; telling a program that ends with status 128+n from one that a signal ended.
import type { ProcessResult, ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { openCover } from "../descriptors.ts";
import type { Identity } from "../identity.ts";
import { type DataDirectory, resolveMounts } from "../mounts.ts";
import { adoptTree } from "../ownership.ts";
import { isBelow } from "../paths.ts";
import { signalOfStatus } from "../signals.ts";
import { type Supervised, supervise } from "../supervise.ts";
import { homeInside } from "../system-root.ts";
import { containerArguments } from "./container-command.ts";
import type { ContainerEngine } from "./container-engine.ts";
import { createContainerTree } from "./container-tree.ts";
import { newContainerName, serverLabel } from "./left-containers.ts";

export interface ContainerSandbox {
  engine: ContainerEngine;
  identity: Identity;
  data: DataDirectory;
  producedBytes: number;
  graceMs: number;
}

/** Rejects as the port's `run` says; `unavailable` when the engine cannot make the container. */
export async function runInContainer(
  sandbox: ContainerSandbox,
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const { engine, identity, producedBytes, graceMs } = sandbox;
  const mounts = resolveMounts(spec.mounts, sandbox.data, homeInside);
  for (const mount of mounts) {
    if (mount.writable && isBelow(mount.source, sandbox.data.real)) await adoptTree(mount.source, identity);
  }
  const name = newContainerName();
  const label = serverLabel(sandbox.data.real);
  const { image, isPodman, filterPath } = engine;
  const cover = openCover();
  const running = supervise(
    {
      file: engine.path,
      arguments: containerArguments({ spec, mounts, identity, image, name, label, isPodman, filterPath }),
      environment: engine.environment,
      cwd: "/",
      stdin: spec.stdin,
      descriptors: cover.descriptors,
      // signals to the server's group are none of the client's business
      isGroup: true,
    },
    {
      limits: spec.limits,
      producedBytes,
      graceMs,
      signal,
      onOutput: spec.onOutput,
      createTree: (pid) => createContainerTree(engine, name, pid),
    },
  );
  cover.close();
  return interpret(await running, spec);
}

const engineFailed = 125;

function interpret(outcome: Supervised, spec: ProcessSpec): ProcessResult {
  const { stdout, stderr, durationMs, ended, exitCode: code } = outcome;
  if (ended === "exit") throwIfNotStarted(code, stderr.text, spec);
  const signal = code === null ? outcome.signal : signalOfStatus(code);
  return {
    exitCode: signal === null ? code : null,
    signal,
    ended: ended === "exit" && signal !== null ? "signal" : ended,
    stdout,
    stderr,
    durationMs,
  };
}

function throwIfNotStarted(code: number | null, stderr: string, spec: ProcessSpec): void {
  if (code !== engineFailed && code !== 126 && code !== 127) return;
  const program = spec.argv[0] ?? "";
  // what a program inside says of itself does not begin like this
  const said = stderr.split("\n").find((line) => /^(?:docker|Error|OCI runtime error|\[FATAL tini)/.test(line));
  if (/chdir to cwd|working directory|Cwd must be/i.test(said ?? "")) {
    throw new OutpostError("invalid_input", `cwd "${spec.cwd}" is not a directory inside the sandbox`);
  }
  if (said !== undefined && /executable file .*not found|no such file or directory/i.test(said)) {
    throw new OutpostError(
      "not_found",
      `program "${program}" does not exist in the container; install it in the image, or mount its toolchain`,
    );
  }
  if (code === engineFailed) {
    throw new OutpostError("unavailable", `the container could not be made: ${said ?? stderr.trim().split("\n")[0]}`);
  }
}
