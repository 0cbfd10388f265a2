// Runs one spec inside bubblewrap.
// Covered: see bubblewrap.ts, mounts.ts, limits.ts, seccomp.ts, descriptors.ts; bubblewrap itself starts with an almost empty
// environment, because /proc/1/environ shows it inside. Not covered: telling a program that ends with status 128+n by itself from one
// that a signal ended; both are reported as the signal for the signals below.
import { closeSync, openSync } from "node:fs";
import type { ProcessResult, ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import { planBridge } from "./bridge.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { makeCommandGroup } from "./control-groups/command-group.ts";
import type { GroupPlace } from "./control-groups/find-groups.ts";
import { listInheritableDescriptors } from "./descriptors.ts";
import type { Identity } from "./identity.ts";
import { prlimitArguments } from "./limits.ts";
import { type DataDirectory, type ResolvedMount, resolveMounts } from "./mounts.ts";
import type { OutputPipes } from "./output-pipes.ts";
import { adoptTree } from "./ownership.ts";
import { isBelow } from "./paths.ts";
import { createSandboxTree, type ProcessTree } from "./process-tree.ts";
import { signalOfStatus } from "./signals.ts";
import { type Launch, type Supervised, supervise } from "./supervise.ts";
import { commandEnvironment, homeInside, type SystemEntry } from "./system-root.ts";

export interface Sandbox {
  bubblewrapPath: string;
  prlimitPath: string;
  identity: Identity;
  data: DataDirectory;
  system: readonly SystemEntry[];
  /** Host path of each file that is copied in → its place inside. */
  privateFiles: readonly { source: string; target: string }[];
  seccompPath: string | undefined;
  pipes: OutputPipes;
  producedBytes: number;
  graceMs: number;
  /** Where each command gets a control group; undefined: limits hold for each process only. */
  groups: GroupPlace | undefined;
  /** Takes a part of the profile away, to see what then gets through. Only the ablation of the escape tests gives one. */
  weaken?: (launch: Launch) => Launch;
}

const outerEnvironment = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LANG: "C.UTF-8" };
const statusDescriptor = 3;
const argumentsDescriptor = 4;
const firstFileDescriptor = 5;

/** Rejects as the port's `run` says; `unavailable` when the sandbox cannot be set up. */
export async function runInBubblewrap(
  sandbox: Sandbox,
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const mounts = resolveMounts(spec.mounts, sandbox.data, homeInside);
  await adoptMounts(sandbox, mounts);
  const group = sandbox.groups && spec.profile === "command" ? openGroup(sandbox.groups, spec) : undefined;
  const output = await takeOutput(sandbox);
  const opened = Object.values(output ?? {}).map((pipe) => pipe.writeDescriptor);
  try {
    const outcome = await start(sandbox, spec, mounts, { output, opened, group, signal });
    group?.assertEntered();
    return interpret(outcome, spec);
  } finally {
    await group?.remove();
    for (const pipe of Object.values(output ?? {})) pipe.stream.destroy();
    for (const pipe of Object.values(output ?? {})) pipe.release();
  }
}

interface Start {
  output: Launch["output"];
  /** Of this process; closed as soon as the child has its own copies. */
  opened: number[];
  group: OpenedGroup | undefined;
  signal: AbortSignal | undefined;
}

function start(sandbox: Sandbox, spec: ProcessSpec, mounts: readonly ResolvedMount[], how: Start): Promise<Supervised> {
  try {
    const planned = planLaunch(sandbox, spec, mounts, how.opened);
    const launch = sandbox.weaken?.(planned) ?? planned;
    return supervise(
      { ...launch, output: how.output },
      {
        limits: spec.limits,
        producedBytes: sandbox.producedBytes,
        graceMs: sandbox.graceMs,
        signal: how.signal,
        onOutput: spec.onOutput,
        createTree: (pid) => {
          const tree = createSandboxTree(pid, spec.profile === "command");
          how.group?.enter(pid, tree);
          return tree;
        },
      },
    );
  } finally {
    for (const descriptor of how.opened) closeSync(descriptor);
  }
}

interface OpenedGroup {
  /** Before bubblewrap has read its arguments; one that cannot enter is ended before its program starts. */
  enter(pid: number, tree: ProcessTree): void;
  assertEntered(): void;
  remove(): Promise<void>;
}

function openGroup(place: GroupPlace, { limits }: ProcessSpec): OpenedGroup {
  let failure: unknown;
  const fail = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OutpostError("unavailable", `the command could not be put into a control group: ${reason}`, { cause });
  };
  try {
    const group = makeCommandGroup(place, limits);
    return {
      remove: group.remove,
      enter(pid, tree) {
        try {
          group.enter(pid);
        } catch (error) {
          failure = error;
          tree.kill();
        }
      },
      assertEntered: () => void (failure === undefined || fail(failure)),
    };
  } catch (error) {
    return fail(error);
  }
}

async function takeOutput(sandbox: Sandbox): Promise<Launch["output"]> {
  const stdout = await sandbox.pipes.take();
  if (!stdout) return undefined;
  const stderr = await sandbox.pipes.take();
  if (stderr) return { stdout, stderr };
  closeSync(stdout.writeDescriptor);
  stdout.stream.destroy();
  stdout.release();
  return undefined;
}

/** What the server itself wrote below the data directory as root becomes the command's. */
async function adoptMounts(sandbox: Sandbox, mounts: readonly ResolvedMount[]): Promise<void> {
  for (const mount of mounts) {
    if (mount.writable && isBelow(mount.source, sandbox.data.real)) await adoptTree(mount.source, sandbox.identity);
  }
}

function planLaunch(sandbox: Sandbox, spec: ProcessSpec, mounts: readonly ResolvedMount[], opened: number[]): Launch {
  const open = (path: string) => {
    const descriptor = openSync(path, "r");
    opened.push(descriptor);
    return descriptor;
  };
  const bridge = planBridge(mounts, sandbox.identity);
  const files = sandbox.privateFiles.map((file, index) => ({
    descriptor: firstFileDescriptor + index,
    target: file.target,
  }));
  const seccompDescriptor = sandbox.seccompPath === undefined ? undefined : firstFileDescriptor + files.length;
  const setUp = bubblewrapArguments({
    system: sandbox.system,
    files,
    mounts: bridge?.mounts ?? mounts,
    environment: commandEnvironment(spec.env, spec.pathPrefix ?? []),
    cwd: spec.cwd,
    network: spec.network,
    tmpBytes: spec.limits.tmpBytes,
    statusDescriptor,
    seccompDescriptor,
  });
  const program = [sandbox.prlimitPath, ...prlimitArguments(spec.limits), "--", ...spec.argv];
  const command = [sandbox.bubblewrapPath, "--args", String(argumentsDescriptor), "--", ...program];
  const [file = "", ...rest] = [...(bridge?.prefix ?? []), ...command];
  const paths = [...sandbox.privateFiles.map((entry) => entry.source), sandbox.seccompPath ?? []].flat();
  // through a pipe, because /proc/1/cmdline shows the command line inside
  const setUpBytes = Buffer.from(setUp.map((argument) => `${argument}\0`).join(""));
  const given = ["status" as const, setUpBytes, ...paths.map(open)];
  const drops = sandbox.identity.isSwitched && bridge === undefined;
  return {
    file,
    arguments: rest,
    environment: outerEnvironment,
    cwd: "/",
    ...(drops ? { uid: sandbox.identity.uid, gid: sandbox.identity.gid } : {}),
    stdin: spec.stdin,
    descriptors: [...given, ...coverInherited(given.length + statusDescriptor, open)],
    isGroup: false,
  };
}

/** Puts /dev/null over every descriptor that the child would otherwise inherit. */
function coverInherited(firstFree: number, open: (path: string) => number): (number | "nothing")[] {
  const inherited = listInheritableDescriptors().filter((descriptor) => descriptor >= firstFree);
  const last = inherited.at(-1);
  if (last === undefined) return [];
  const cover = open("/dev/null");
  const all = Array.from({ length: last - firstFree + 1 }, (_, index) => firstFree + index);
  return all.map((descriptor) => (inherited.includes(descriptor) ? cover : "nothing"));
}

function interpret(outcome: Supervised, spec: ProcessSpec): ProcessResult {
  const { stdout, stderr, durationMs, ended } = outcome;
  const reported = /"exit-code": (\d+)/.exec(outcome.status)?.[1];
  if (reported === undefined && ended === "exit") throw setUpFailure(stderr.text, spec);
  if (ended === "exit" && reported === "127" && stdout.bytes.byteLength === 0) throwIfNotFound(stderr.text, spec);
  const code = reported === undefined ? null : Number(reported);
  const signal = code === null ? outcome.signal : signalOfStatus(code);
  const exitCode = signal === null ? code : null;
  return {
    exitCode,
    signal,
    ended: ended === "exit" && signal !== null ? "signal" : ended,
    stdout,
    stderr,
    durationMs,
  };
}

function throwIfNotFound(stderr: string, spec: ProcessSpec): void {
  const program = spec.argv[0] ?? "";
  if (stderr.trimEnd() !== `prlimit: failed to execute ${program}: No such file or directory`) return;
  const advice = "name a program of the read-only system, or mount its toolchain and put it in the path";
  throw new OutpostError("not_found", `program "${program}" does not exist in the sandbox; ${advice}`);
}

function setUpFailure(stderr: string, spec: ProcessSpec): OutpostError {
  const reason = stderr.trim().split("\n")[0] ?? "";
  if (reason.includes("Can't chdir")) {
    return new OutpostError("invalid_input", `cwd "${spec.cwd}" is not a directory inside the sandbox`);
  }
  return new OutpostError("unavailable", `the sandbox could not be set up: ${reason || "no reason given"}`);
}
