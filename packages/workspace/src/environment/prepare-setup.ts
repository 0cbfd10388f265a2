// The result of an environment's set-up command, made once per content of its lockfiles and kept for every worktree.
// The command runs in the sandbox on a scratch copy of the base commit with the worktree's lockfiles: what else a run wrote cannot
// reach what later runs are given. Does not know who mounts the result.
import { createHash, randomBytes } from "node:crypto";
import { lstat, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Mount, ProcessResult, ProcessRunner, Worktree } from "@outpost/core";
import { type Environment, isOutpostError, OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import { removeTree } from "../worktree/tree-removal.ts";
import { withLock } from "./exclusive.ts";

export interface PrepareOptions {
  runner: ProcessRunner;
  mirror: Mirror;
  /** `<data directory>/environments/<repository>` */
  directory: string;
  environment: Environment;
  worktree: Worktree;
  /** Where commands find the worktree; the set-up command finds its copy there too, so that absolute paths in its outputs hold. */
  insidePath: string;
  allowNetwork: boolean;
  /** What it may reach through the proxy. */
  hosts: readonly string[];
  signal: AbortSignal;
}

type Setup = NonNullable<Environment["setup"]>;

const MEGABYTE = 1_000_000;
const OUTPUT_TAIL_CHARACTERS = 4_000;

/** Host directory and name of each output. Rejects with `unavailable` and the command's output when it fails. */
export async function prepareSetup(options: PrepareOptions): Promise<{ source: string; name: string }[]> {
  const { setup } = options.environment;
  if (setup === undefined) return [];
  const lockfiles = await readLockfiles(options.worktree, setup);
  const directory = join(options.directory, keyOf(options, setup, lockfiles));
  const outputs = setup.outputs.map((name) => ({ source: join(directory, name), name }));
  if (await isThere(directory)) return outputs;
  await mkdir(options.directory, { recursive: true });
  await withLock(`${directory}.lock`, options.signal, async () => {
    if (!(await isThere(directory))) await makeOutputs(options, setup, lockfiles, directory);
  });
  return outputs;
}

async function readLockfiles(worktree: Worktree, setup: Setup): Promise<Map<string, Uint8Array | null>> {
  const found = new Map<string, Uint8Array | null>();
  for (const path of setup.lockfiles) {
    try {
      found.set(path, (await worktree.files.read(path, { maxBytes: 64 * MEGABYTE })).bytes);
    } catch (error) {
      if (!isOutpostError(error) || error.code !== "not_found") throw error;
      found.set(path, null);
    }
  }
  return found;
}

function keyOf(options: PrepareOptions, setup: Setup, lockfiles: Map<string, Uint8Array | null>): string {
  const hash = createHash("sha256");
  const { toolchainPaths, variables } = options.environment;
  hash.update(JSON.stringify([setup.argv, setup.outputs, toolchainPaths, Object.entries(variables).sort()]));
  for (const [path, bytes] of [...lockfiles].sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(JSON.stringify([path, bytes?.byteLength ?? null]));
    if (bytes !== null) hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}

async function makeOutputs(
  options: PrepareOptions,
  setup: Setup,
  lockfiles: Map<string, Uint8Array | null>,
  directory: string,
): Promise<void> {
  const scratch = join(options.directory, `scratch-${randomBytes(6).toString("hex")}`);
  const root = join(scratch, "root");
  const result = join(scratch, "result");
  try {
    await checkOutScratch(options.mirror, options.worktree.baseCommit, scratch, root);
    await writeLockfiles(root, lockfiles);
    assertSucceeded(setup, await runSetup(options, setup, root));
    await mkdir(result);
    for (const name of setup.outputs) await takeOutput(root, result, name);
    await rename(result, directory);
  } finally {
    await removeTree(scratch);
  }
}

async function checkOutScratch(mirror: Mirror, commit: string, scratch: string, root: string): Promise<void> {
  const state = join(scratch, "git-state");
  await mkdir(state, { recursive: true });
  await mkdir(root);
  await mirror.run({
    args: ["read-tree", "--reset", "-u", commit],
    workTree: root,
    index: join(state, "index"),
    writable: [root, state],
    timeoutMs: 600_000,
  });
}

/** The copy is ours alone and no command ran in it yet; only the commit itself may hold a symlink on the way. */
async function writeLockfiles(root: string, lockfiles: Map<string, Uint8Array | null>): Promise<void> {
  for (const [path, bytes] of lockfiles) {
    const parts = path.split("/");
    for (const depth of parts.keys()) {
      const part = join(root, ...parts.slice(0, depth + 1));
      if ((await lstat(part).catch(() => null))?.isSymbolicLink()) {
        throw new OutpostError("invalid_input", `lockfile "${path}" lies behind a symlink; name the file itself`);
      }
    }
    const target = join(root, ...parts);
    if (bytes === null) await removeTree(target);
    else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
  }
}

async function runSetup(options: PrepareOptions, setup: Setup, root: string): Promise<ProcessResult> {
  const toolchains = options.environment.toolchainPaths;
  const mounts: Mount[] = [
    { source: root, target: options.insidePath, writable: true },
    ...toolchains.map((path) => ({ source: path, target: path, writable: false })),
  ];
  const binaries = await Promise.all(
    toolchains.map(async (path) => ((await isThere(join(path, "bin"))) ? join(path, "bin") : path)),
  );
  return options.runner.run(
    {
      argv: setup.argv,
      cwd: options.insidePath,
      env: options.environment.variables,
      mounts,
      profile: "command",
      network: options.allowNetwork,
      hosts: options.hosts,
      pathPrefix: binaries,
      limits: {
        wallClockMs: setup.timeoutMs,
        outputBytes: MEGABYTE,
        memoryBytes: 16_000 * MEGABYTE,
        processes: 1_000,
        fileBytes: 4_000 * MEGABYTE,
        tmpBytes: 4_000 * MEGABYTE,
      },
    },
    options.signal,
  );
}

function assertSucceeded(setup: Setup, result: ProcessResult): void {
  if (result.exitCode === 0) return;
  const ending = result.exitCode === null ? `ended by ${result.ended}` : `failed with exit code ${result.exitCode}`;
  const output = `${result.stdout.text}\n${result.stderr.text}`.trim().slice(-OUTPUT_TAIL_CHARACTERS);
  throw new OutpostError("unavailable", `set-up command ${JSON.stringify(setup.argv)} ${ending}: ${output}`, {
    details: { exitCode: result.exitCode, ended: result.ended, output },
  });
}

async function takeOutput(root: string, result: string, name: string): Promise<void> {
  const made = join(root, name);
  if (!(await lstat(made).catch(() => null))?.isDirectory()) {
    throw new OutpostError(
      "unavailable",
      `the set-up command made no directory "${name}"; mend its outputs or the command`,
    );
  }
  await rename(made, join(result, name));
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
