// Runs a command where the operator declared that the surroundings are the sandbox.
// Covered: an ordinary user where the server is root, a clean environment, no inherited descriptors, the limits of each process, and an
// end of all that the command started, also of what left its group, found by a mark in its environment. Not covered: everything that the
// declaration is about: files, network and other processes of the surroundings are open to the command; and a process that leaves its
// group and gives itself another environment stays.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Mount, ProcessResult, ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { openCover } from "../descriptors.ts";
import type { Identity } from "../identity.ts";
import { prlimitArguments } from "../limits.ts";
import { resolveMounts } from "../mounts.ts";
import { adoptTree } from "../ownership.ts";
import { isBelow } from "../paths.ts";
import type { PlainOptions } from "../plain-runner.ts";
import { signalOfStatus } from "../signals.ts";
import { supervise } from "../supervise.ts";
import { commandEnvironment, homeInside } from "../system-root.ts";
import { createMarkedTree, markName } from "./marked-tree.ts";

export interface DeclaredOptions extends PlainOptions {
  identity: Identity;
  dataDirectory: string;
}

/** Rejects as the port's `run` says; `unavailable` for mounts that only a sandbox of our own could show. */
export async function runDeclared(
  options: DeclaredOptions,
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const { identity, dataDirectory } = options;
  resolveMounts(spec.mounts, { given: dataDirectory, real: dataDirectory }, homeInside);
  const root = findRoot(spec);
  for (const mount of spec.mounts) {
    if (mount.writable && isBelow(mount.source, dataDirectory)) await adoptTree(mount.source, identity);
  }
  const parent = join(dataDirectory, "sandbox");
  await mkdir(parent, { recursive: true });
  const temporary = await mkdtemp(join(parent, "tmp-"));
  await adoptTree(temporary, identity);
  try {
    return await start(options, spec, { root, temporary, signal });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Place {
  root: Mount | undefined;
  /** In place of the private /tmp. */
  temporary: string;
  signal: AbortSignal | undefined;
}

async function start(options: DeclaredOptions, spec: ProcessSpec, place: Place): Promise<ProcessResult> {
  const { identity, prlimitPath } = options;
  const outside = (path: string) => toOutside(path, place);
  const mark = randomBytes(12).toString("hex");
  const environment = {
    ...commandEnvironment(
      { HOME: place.temporary, TMPDIR: place.temporary, ...spec.env },
      (spec.pathPrefix ?? []).map(outside),
    ),
    [markName]: mark,
  };
  // processes are counted per user here, together with everything else that runs as this user
  const limits = prlimitArguments(spec.limits).filter((argument) => !argument.startsWith("--nproc"));
  const [program = "", ...rest] = spec.argv;
  const [file = "", ...prefix] = prlimitPath ? [prlimitPath, ...limits, "--", program] : [program];
  const cover = openCover();
  try {
    const outcome = await supervise(
      {
        file,
        arguments: [...prefix, ...rest],
        environment,
        cwd: outside(spec.cwd),
        ...(identity.isSwitched ? { uid: identity.uid, gid: identity.gid } : {}),
        stdin: spec.stdin,
        descriptors: cover.descriptors,
        isGroup: true,
      },
      {
        ...{ ...options, limits: spec.limits, signal: place.signal, onOutput: spec.onOutput },
        createTree: (pid) => createMarkedTree(pid, mark),
      },
    );
    const { exitCode: code, ended, stdout, stderr, durationMs } = outcome;
    if (code === 127 && stderr.text.startsWith(`prlimit: failed to execute ${program}:`)) {
      throw new OutpostError("not_found", `program "${program}" does not exist; install it where the server runs`);
    }
    const by = code === null ? outcome.signal : signalOfStatus(code);
    return {
      exitCode: by === null ? code : null,
      signal: by,
      ended: ended === "exit" && by !== null ? "signal" : ended,
      stdout,
      stderr,
      durationMs,
    };
  } finally {
    cover.close();
  }
}

/** The one mount that may be seen under another name than its own. */
function findRoot(spec: ProcessSpec): Mount | undefined {
  const moved = spec.mounts.filter((mount) => mount.source !== mount.target);
  const root = moved.find((mount) => spec.cwd === mount.target || isBelow(spec.cwd, mount.target));
  const other = moved.find((mount) => mount !== root);
  if (other) {
    throw new OutpostError(
      "unavailable",
      `"${other.source}" cannot be shown as "${other.target}" in a declared sandbox; install what it holds in the surroundings, and take it out of the repository's environment`,
    );
  }
  return root;
}

function toOutside(path: string, { root, temporary }: Place): string {
  if (path === "/tmp" || path === homeInside) return temporary;
  if (!root || (path !== root.target && !isBelow(path, root.target))) return path;
  return join(root.source, relative(root.target, path));
}
